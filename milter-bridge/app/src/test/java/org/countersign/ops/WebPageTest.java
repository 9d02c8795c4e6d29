package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.countersign.dns.StaticZone;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.smtp.HeaderField;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the web page of a running service tells of a message that it has judged. */
@Timeout(600)
class WebPageTest {
    @TempDir
    private Path temp;

    private static void deliver(RunningService service, String mailFrom) throws Exception {
        ListenAddress address = ListenAddress.parse(service.milter()).orElseThrow();
        try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
            client.greet(new MtaSession(
                    "mail.example.net",
                    ClientAddress.parseIp("192.0.2.7", 0),
                    "mail.example.net",
                    Map.of("j", "mx.example.org", "daemon_name", "smtpd")));
            client.deliver(new MtaMessage(
                    mailFrom,
                    List.of("bob@example.org"),
                    Map.of("i", "4Abc"),
                    List.of(HeaderField.of("From", " alice@example.net")),
                    Octets.utf8("Hello\r\n")));
        }
    }

    @Test
    void aServicesFileThatIsMissingTakesNoDomainOfTheSigningTableFromThePage() throws Exception {
        Path key = Files.writeString(temp.resolve("key.pem"), TestKeys.RFC_8463_ED25519_PEM);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(temp.resolve("signing.table"), "example.org example.org s1 key.pem\n");
        Store.migrate(new StoreLocation.File(temp.resolve("store.db")));
        try (ZoneServer dns = ZoneServer.start(StaticZone.builder().build());
                RunningService service = RunningService.startWithPage(
                        temp, """
                        dns: { servers: ["127.0.0.1:%d"] }
                        store: { file: store.db }
                        signing: { table-file: signing.table }
                        reports: { services-file: none.txt }
                        """.formatted(dns.address().getPort()))) {
            String token = Files.readString(temp.resolve("web.token")).strip();
            assertThat(service.get(
                                    "/reports/",
                                    Map.of("Authorization", "Bearer " + token, "Accept", "application/json"))
                            .body())
                    .contains("\"example.org\"");
        }
    }

    @Test
    void aLiveVerdictHasTheAddressOfMailFromWithoutAngleBrackets() throws Exception {
        try (ZoneServer dns = ZoneServer.start(StaticZone.builder().build());
                RunningService service = RunningService.startWithPage(
                        temp,
                        "dns: { servers: [\"127.0.0.1:" + dns.address().getPort()
                                + "\"], timeout: 30s, deadline: 60s }\n")) {
            deliver(service, "alice@example.net");
            deliver(service, "");
            String token = Files.readString(temp.resolve("web.token")).strip();
            String live;
            do {
                // A verdict is on the page shortly after its answer.
                live = service.get(
                                "/reports/live",
                                Map.of("Authorization", "Bearer " + token, "Accept", "application/json"))
                        .body();
            } while (live.split("\"queue-id\"", -1).length <= 2);
            assertThat(live.replaceAll("\\s", ""))
                    .contains("\"mail-from\":\"alice@example.net\"", "\"mail-from\":\"<>\"");
        }
    }
}
