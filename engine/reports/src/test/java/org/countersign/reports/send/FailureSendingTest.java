package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.inbound.InboundSettings;
import org.countersign.metrics.Label;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.collect.JudgedMail;
import org.countersign.reports.failure.FailedMessage;
import org.countersign.reports.failure.FailedMessages;
import org.countersign.reports.receive.MessageAuthenticator;
import org.countersign.reports.receive.Outcome;
import org.countersign.reports.receive.ReceiveSettings;
import org.countersign.reports.receive.ReportReceiver;
import org.countersign.smtp.HeaderField;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a message that fails to the message with the report about it. */
class FailureSendingTest {
    private static final DomainName DOMAIN = DomainName.of("example.org");
    private static final Set<DomainName> DOMAINS = Set.of(DOMAIN);
    private static final String RUF = "; ruf=mailto:ruf@example.org";

    @TempDir
    private Path temp;

    private StoreLocation store;
    private final StaticZone.Builder zone = StaticZone.builder();

    @BeforeEach
    void prepare() throws Exception {
        store = new StoreLocation.File(temp.resolve("store.db"));
        StoredDay.prepare(store);
    }

    private static JudgedMail mail(String record) {
        return JudgedMail.forged().dmarc("example.org", "v=DMARC1; p=reject" + record);
    }

    private SendFixture sender(String record) {
        SendFixture sender = new SendFixture(store, zone.txt("_dmarc.example.org", "v=DMARC1; p=reject" + record));
        sender.failures = settings(20, 60);
        return sender;
    }

    private static FailureSettings settings(int perAddress, int perHour) {
        return new FailureSettings(DOMAINS, Optional.empty(), false, 32 << 10, perAddress, perHour);
    }

    private static void fail(SendFixture sender, JudgedMail mail) {
        sender.failed.offer(FailedMessages.of(mail, sender.clock.instant()).orElseThrow());
    }

    private static void run(SendFixture sender, Duration time) throws StoreFailure {
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, sender.clock.instant().plus(time));
        }
    }

    private static long messages(SendFixture sender, String result) {
        return sender.metrics.value(SendMetrics.FAILURES, new Label("result", result));
    }

    private List<Outcome> read(SendFixture sender, int mail) throws StoreFailure {
        try (ReportReceiver reader = new ReportReceiver(
                new StoreLocation.File(temp.resolve("reader.db")),
                ReceiveSettings.DEFAULT,
                DOMAIN::equals,
                new MessageAuthenticator(InboundSettings.DEFAULT, List.of(), zone::build, sender.clock),
                (open, recipient) -> false,
                sender.clock)) {
            byte[] octets = sender.mails.get(mail).text().getBytes(StandardCharsets.US_ASCII);
            return reader.message(octets, List.of(), ReportReceiver.Door.MAIL);
        }
    }

    @Test
    void aFailureIsReportedAtOnceSignedAndReadableForOurOwnReader() throws Exception {
        SendFixture sender = sender(RUF);
        fail(
                sender,
                mail(RUF).client("192.0.2.66").spf("example.org", "v=spf1 -all").mailFrom("bounce@example.org"));
        run(sender, Duration.ofSeconds(5));

        assertThat(sender.mails).singleElement().satisfies(mail -> {
            assertThat(mail.recipient()).hasToString("ruf@example.org");
            assertThat(mail.sender().toString()).startsWith("dmarc-noreply+b");
            assertThat(mail.text())
                    .contains("DKIM-Signature: ", "\r\nFrom: dmarc-noreply@reports.example.org\r\n")
                    .contains("Authentication-Results: mx.receiver.example; dmarc=fail\r\n header.from=example.org\r\n")
                    .contains("Identity-Alignment: dkim, spf\r\n", "Delivery-Result: reject\r\n")
                    .contains("SPF-DNS: txt : example.org : \"v=spf1 -all\"\r\n", "Source-IP: 192.0.2.66\r\n")
                    .contains("Message-ID: <m1@example.org>\r\n")
                    .doesNotContain("alice", "Alice", "bounce@");
        });
        assertThat(read(sender, 0)).singleElement().isInstanceOf(Outcome.FailureStored.class);
        assertThat(StoredDay.query(
                        new StoreLocation.File(temp.resolve("reader.db")),
                        "SELECT domain, source_ip, incidents FROM received_failure"))
                .containsExactly("example.org 192.0.2.66 1");
        assertThat(sender.deliveries()).containsExactly("ruf@example.org sent");
        assertThat(messages(sender, "reported")).isEqualTo(1);
    }

    @Test
    @DisplayName("RFC 6591 §3.2.6: each SPF record that led to the failure has a field")
    void everySpfRecordIsNamed() throws Exception {
        SendFixture sender = sender(RUF);
        fail(
                sender,
                mail(RUF)
                        .spf("example.org", "v=spf1 redirect=_spf.example.org")
                        .spf("_spf.example.org", "v=spf1" + " ?ip4:203.0.113.113".repeat(30) + " -all")
                        .mailFrom("bounce@example.org"));
        run(sender, Duration.ofSeconds(5));

        assertThat(sender.mails)
                .singleElement()
                .satisfies(mail -> assertThat(mail.text())
                        .containsSubsequence(
                                "SPF-DNS: txt : example.org : \"v=spf1 redirect=_spf.example.org\"\r\n",
                                "SPF-DNS: txt : _spf.example.org : \"v=spf1 ?ip4:203.0.113.113",
                                "Original-Mail-From: ")
                        .as("a long record is cut")
                        .doesNotContain("-all"));
    }

    @Test
    void likeFailuresBecomeOneReportWithTheirNumber() throws Exception {
        SendFixture sender = sender(RUF);
        for (int i = 1; i <= 50; i++) {
            fail(sender, mail(RUF).client("192.0.2." + i));
        }
        run(sender, Duration.ofMinutes(20));

        assertThat(sender.mails).hasSize(2);
        assertThat(sender.mails.getFirst().text()).doesNotContain("Incidents");
        assertThat(sender.mails.getLast().text()).contains("Incidents: 49\r\n");
        assertThat(messages(sender, "reported")).isEqualTo(50);
    }

    @ParameterizedTest
    @CsvSource({"3, 60, 3", "100, 5, 5"})
    void limitsHoldAlthoughTheProgramStartsAgainAndForAllHosts(int perAddress, int perHour, int sent) throws Exception {
        SendFixture sender = sender(RUF);
        sender.failures = settings(perAddress, perHour);
        for (int i = 0; i < 10; i++) {
            // Another network each time, and another process with nothing in memory.
            sender.failed = new FailureReports.Memory(sender.clock);
            fail(sender, mail(RUF).client("198.51." + i + ".1"));
            run(sender, Duration.ofMinutes(2));
        }

        assertThat(sender.mails).hasSize(sent);
        assertThat(messages(sender, "limited")).isEqualTo(10 - sent);
        assertThat(sender.events)
                .filteredOn(event -> event.name().equals("failures-not-reported"))
                .isNotEmpty();
    }

    @Test
    void reportsToOneAddressAreAMinuteApart() throws Exception {
        SendFixture sender = sender(RUF);
        fail(sender, mail(RUF).client("192.0.2.1"));
        fail(sender, mail(RUF).client("198.51.100.1"));
        run(sender, Duration.ofMinutes(1));

        assertThat(sender.mails).hasSize(1);
        assertThat(messages(sender, "limited")).isEqualTo(1);
    }

    @Test
    void failureReportsDoNotCountAgainstTheLimitsOfAggregateReports() throws Exception {
        SendFixture sender = sender(RUF + "; rua=mailto:ruf@example.org");
        sender.settings = SendFixture.with(SendSettings.OFF.choice(), new SendSettings.Limits(1, 1, 1));
        StoredDay.add(store, SendFixture.DAY, "example.org", 1, true);
        sender.clock.set(PlannedReport.begin(SendFixture.DAY).plus(Duration.ofHours(23)));
        fail(sender, mail(RUF));
        run(sender, Duration.ofHours(9));

        assertThat(sender.deliveries()).containsExactly("ruf@example.org sent", "ruf@example.org sent");
        try (Store reader = Store.openForReading(store)) {
            assertThat(SendStatus.read(reader, sender.clock.instant()).days())
                    .contains(new SendStatus.DayState(SendFixture.DAY, "failure report", "sent", 1));
        }
    }

    @Test
    void anAddressOfAnotherOrganizationNeedsItsConsent() throws Exception {
        String ruf = "; ruf=mailto:a@agreed.example,mailto:b@silent.example";
        zone.txt("example.org._report._dmarc.agreed.example", "v=DMARC1; ruf=mailto:shard@agreed.example");
        SendFixture sender = sender(ruf);
        fail(sender, mail(ruf));
        run(sender, Duration.ofMinutes(1));

        assertThat(sender.deliveries()).containsExactly("shard@agreed.example sent");
    }

    @Test
    void aDnsThatFailsIsAskedAgain() throws Exception {
        String ruf = "; ruf=mailto:a@agreed.example";
        StaticZone.Builder working = StaticZone.builder()
                .txt("_dmarc.example.org", "v=DMARC1; p=reject" + ruf)
                .txt("example.org._report._dmarc.agreed.example", "v=DMARC1");
        zone.failure("example.org._report._dmarc.agreed.example", RecordType.TXT, DnsAnswer.Failure.TIMEOUT);
        SendFixture sender = sender(ruf);
        fail(sender, mail(ruf));
        run(sender, Duration.ofMinutes(3));
        assertThat(sender.mails).isEmpty();

        sender.dns = working.build();
        run(sender, Duration.ofMinutes(4));
        assertThat(sender.deliveries()).containsExactly("a@agreed.example sent");
    }

    @Test
    void aServerThatIsAwayGetsItLaterAndARefusalSuppresses() throws Exception {
        SendFixture sender = sender(RUF);
        sender.answers.put("ruf@example.org", new Submission.Postponed("451 later"));
        fail(sender, mail(RUF));
        run(sender, Duration.ofMinutes(10));
        assertThat(sender.deliveries()).containsExactly("ruf@example.org waiting");

        sender.answers.put("ruf@example.org", new Submission.Refused("550 5.1.1 no such user"));
        run(sender, Duration.ofMinutes(30));
        assertThat(sender.deliveries()).containsExactly("ruf@example.org failed");

        fail(sender, mail(RUF).client("198.51.100.1"));
        run(sender, Duration.ofMinutes(30));
        assertThat(sender.deliveries()).containsExactly("ruf@example.org failed");
        assertThat(messages(sender, "no-address")).isEqualTo(1);
    }

    private static String hashed(SendFixture sender) throws StoreFailure {
        fail(sender, mail(RUF));
        run(sender, Duration.ofSeconds(5));
        String text = sender.mails.getLast().text();
        int from = text.lastIndexOf("From: <") + 7;
        return text.substring(from, text.indexOf('>', from));
    }

    @Test
    void thePersonIsTheSameInAllReportsOfAStoreAndAnotherOneWithAnotherKey() throws Exception {
        SendFixture first = sender(RUF);
        String one = hashed(first);
        first.failed = new FailureReports.Memory(first.clock);
        first.clock.advance(Duration.ofMinutes(2));
        assertThat(hashed(first)).isEqualTo(one).endsWith("@example.org").doesNotContain("alice");

        Path key = temp.resolve("redaction.key");
        Files.writeString(key, "0123456789abcdef");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        first.failures = new FailureSettings(DOMAINS, Optional.of(key.toString()), false, 32 << 10, 20, 60);
        first.failed = new FailureReports.Memory(first.clock);
        first.clock.advance(Duration.ofMinutes(2));
        assertThat(hashed(first)).isNotEqualTo(one).endsWith("@example.org");
    }

    @Test
    void aKeyThatIsTooShortIsNamedAndTheReportWaits() throws Exception {
        Path key = temp.resolve("redaction.key");
        Files.writeString(key, "short");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        SendFixture sender = sender(RUF);
        sender.failures = new FailureSettings(DOMAINS, Optional.of(key.toString()), false, 32 << 10, 20, 60);
        fail(sender, mail(RUF));
        run(sender, Duration.ofMinutes(2));
        assertThat(sender.mails).isEmpty();
        assertThat(sender.events)
                .filteredOn(event -> event.name().equals("reports-not-sent"))
                .singleElement()
                .satisfies(event -> assertThat(String.valueOf(event.pairs().get("problem")))
                        .contains("redaction-key-file has less than 16 octets"));

        Files.writeString(key, "0123456789abcdef");
        run(sender, Duration.ofMinutes(6));
        assertThat(sender.mails).hasSize(1);
    }

    @Test
    void whatFindsNoRoomIsCountedAndOldReportsAreNot() throws Exception {
        SendFixture sender = sender(RUF);
        List<FailedMessage> messages = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            messages.add(
                    FailedMessages.of(mail(RUF).client("10." + i / 250 + "." + i % 250 + ".1"), sender.clock.instant())
                            .orElseThrow());
        }
        messages.forEach(sender.failed::offer);
        run(sender, Duration.ofSeconds(5));

        assertThat(messages(sender, "lost")).isGreaterThanOrEqualTo(300 - 256);
        assertThat(messages(sender, "lost") + messages(sender, "limited") + messages(sender, "reported"))
                .isEqualTo(300);
    }

    @Test
    void aReportBeyondItsSizeHasLessOfTheMessage() throws Exception {
        SendFixture sender = sender(RUF);
        sender.failures = new FailureSettings(DOMAINS, Optional.empty(), true, 8 << 10, 20, 60);
        List<HeaderField> fields = new ArrayList<>(List.of(HeaderField.of("From", " alice@example.org")));
        for (int i = 0; i < 5; i++) {
            fields.add(HeaderField.of("DKIM-Signature", " v=1; b=" + "A".repeat(1900)));
        }
        fields.add(HeaderField.of("Subject", " Hello"));
        sender.failed.offer(FailedMessage.of(
                        mail(RUF).outcome(), DOMAINS, List.of(), sender.clock.instant(), "mx.receiver.example", fields)
                .orElseThrow());
        run(sender, Duration.ofSeconds(5));

        String text = sender.mails.getFirst().text();
        String content = text.substring(text.indexOf("From: dmarc-noreply"));
        assertThat(content.length()).isBetween(6 << 10, 8 << 10);
        assertThat(content).contains("Subject: Hello\r\n").endsWith("--\r\n");
    }

    @Test
    void theSettingsAreReadAndNeedAnAuthor() {
        assertThat(parse("reports:\n  failure-reports: { domains: [example.org], max-per-address: 5 }\n"))
                .contains("reports.failure-reports: names domains, but there is no address that reports are sent from");
        assertThat(parse("""
                        reports:
                          send: { from: dmarc@reports.example.org }
                          failure-reports: { domains: [example.org], max-per-address: 5 }
                        """)).isEmpty();
    }

    private static String parse(String text) {
        return ConfigurationParser.parse("mx.yaml", Octets.utf8(text), FrontEnd.of(ReportsSettings.SECTION))
                        instanceof ParsedConfiguration.Invalid invalid
                ? invalid.problems().toString()
                : "";
    }
}
