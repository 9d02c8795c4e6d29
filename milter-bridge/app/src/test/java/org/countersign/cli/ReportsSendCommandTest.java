package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Statement;
import java.time.LocalDate;
import org.countersign.dns.StaticZone;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.countersign.testing.SmtpSink;
import org.countersign.testing.TestKeys;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code countersign reports plan}, {@code send} and {@code status}. */
class ReportsSendCommandTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 27);

    @TempDir
    private Path temp;

    private String policyFile(String dns, int smtpPort) throws Exception {
        Path key = Files.writeString(temp.resolve("key.pem"), TestKeys.RFC_8463_ED25519_PEM);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwx------"));
        Path file = temp.resolve("mx.yaml");
        Files.writeString(file, """
            authserv-id: mx.example.org
            store: { file: store.db }
            dns: { servers: ["%s"], timeout: 30s, deadline: 60s }
            signing: { keys: [ { domain: reports.example.org, selector: s1, key-file: key.pem } ] }
            reports: { send: { from: dmarc@reports.example.org, server: "127.0.0.1:%d" } }
            """.formatted(dns, smtpPort), StandardCharsets.UTF_8);
        StoreLocation.File store = new StoreLocation.File(temp.resolve("store.db"));
        Store.migrate(store);
        try (Store opened = Store.openForWriting(store);
                Statement statement = opened.connection().createStatement()) {
            for (String domain : new String[] {"asks.example", "silent.example"}) {
                String id = "x'" + "0%d".formatted(domain.length() % 10).repeat(16) + "'";
                statement.executeUpdate(
                        "INSERT INTO report_policy (policy_id, bucket, domain, method, record, p, sp, np,"
                                + " adkim, aspf, fo, testing, remarks, first_day) VALUES (" + id + ", 1, '" + domain
                                + "', 'treewalk', '', 'none', '', '', 'r', 'r', '', 'n', '', 0)");
                statement.executeUpdate("INSERT INTO report_row (day, bucket, policy_id, row_key, messages, triggers,"
                        + " source_ip, disposition, aligned, reasons, header_from, envelope_from, envelope_to, auth)"
                        + " VALUES (" + DAY.toEpochDay() + ", 1, " + id + ", x'01', 4, 4, '192.0.2.1', 0, 3, '', '"
                        + domain + "', NULL, '', 'spf pass " + domain + "')");
            }
            opened.commit();
        }
        return "--config=" + file;
    }

    @Test
    void whatIsPlannedIsSentAndShown() throws Exception {
        StaticZone zone = StaticZone.builder()
                .txt("_dmarc.asks.example", "v=DMARC1; p=none; rua=mailto:a@asks.example,mailto:b@other.example")
                .txt("_dmarc.silent.example", "v=DMARC1; p=none")
                .build();
        String day = "--day=" + DAY;
        String now = "--now=" + DAY.plusDays(1) + "T06:01:00Z";
        try (ZoneServer dns = ZoneServer.start(zone);
                SmtpSink sink = SmtpSink.modern()) {
            String config = policyFile("127.0.0.1:" + dns.address().getPort(), sink.port());
            CommandRun early = CommandRun.of("reports", "send", day, "--now=" + DAY + "T23:59:00Z", config);
            assertThat(early.status()).isEqualTo(1);
            assertThat(early.out())
                    .startsWith("This day is not planned yet: the day ends at midnight UTC; try again at ");
            assertThat(CommandRun.of("reports", "plan", day, now, config).out())
                    .contains("""
                            asks.example: 4 messages in 1 row
                              to a@asks.example
                              not sent: mailto:b@other.example: has not agreed""")
                    .contains("silent.example: 4 messages in 1 row\n  not sent: the record names no address\n");
            assertThat(CommandRun.of("reports", "plan", "--day=2020-02-02", config)
                            .out())
                    .contains("No mail of this day is a reason for a report.\nMail is counted while reports.collect");
            assertThat(CommandRun.of("reports", "send", "--dry-run", day, now, config)
                            .out())
                    .contains("  to a@asks.example\n");
            assertThat(sink.isEmpty()).isTrue();
            CommandRun sent = CommandRun.of("reports", "send", day, now, config);
            assertThat(sent.err()).isEmpty();
            assertThat(sent.out()).endsWith("planned 2, sent 1, postponed 0, failed 0, expired 0\n");
            assertThat(sink.await().message()).contains("\r\nSubject: Report Domain: asks.example\r\n");
            assertThat(CommandRun.of("reports", "send", day, now, config).out())
                    .endsWith("planned 0, sent 0, postponed 0, failed 0, expired 0\n");
            assertThat(sink.isEmpty()).isTrue();
            assertThat(CommandRun.of("reports", "status", now, config).out())
                    .contains(DAY + "  report    composed       1\n")
                    .contains(DAY + "  report    dropped        1\n")
                    .contains(DAY + "  delivery  sent           1\n")
                    .contains("Nothing is due.");
            assertThat(CommandRun.of("reports", "status", "--json", now, config).json())
                    .containsEntry("/schema", "1")
                    .containsEntry("/sending", "true")
                    .containsEntry("/days/0/day", DAY.toString())
                    .containsEntry("/days/0/what", "report")
                    .containsEntry("/days/0/state", "composed")
                    .containsEntry("/days/0/number", "1");
        }
    }

    @Test
    void withoutAnAuthorNothingIsSent() throws Exception {
        Path file =
                Files.writeString(temp.resolve("mx.yaml"), "authserv-id: mx.example.org\nstore: { file: store.db }\n");
        CommandRun run = CommandRun.of("reports", "send", "--config=" + file);
        assertThat(run.status()).isEqualTo(ExitStatus.CONFIGURATION.code());
        assertThat(run.err()).contains("reports.send.from is not set");
    }
}
