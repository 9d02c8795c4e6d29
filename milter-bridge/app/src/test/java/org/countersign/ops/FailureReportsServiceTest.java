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
import org.countersign.syntax.Octets;
import org.countersign.testing.SmtpSink;
import org.countersign.testing.TestKeys;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A forged message at the milter of a running service, and the failure report at the mail server. */
@Timeout(600)
class FailureReportsServiceTest {
    @TempDir
    private Path temp;

    private static void deliver(RunningService service, String author) throws Exception {
        ListenAddress address = ListenAddress.parse(service.milter()).orElseThrow();
        try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
            client.greet(new MtaSession(
                    "forger.example",
                    ClientAddress.parseIp("192.0.2.7", 0),
                    "forger.example",
                    Map.of("j", "mx.receiver.example", "daemon_name", "smtpd")));
            client.deliver(new MtaMessage(
                    "bounce@forger.example",
                    List.of("bob@receiver.example"),
                    Map.of("i", "4Abc"),
                    List.of(
                            HeaderField.of("Received", " from inside.forger.example; Wed, 1 Jan 2025 00:00:00 +0000"),
                            HeaderField.of("From", " Boss <boss@" + author + ">"),
                            HeaderField.of("To", " bob@receiver.example"),
                            HeaderField.of("Subject", " Pay at once"),
                            HeaderField.of("Message-ID", " <m1@" + author + ">")),
                    Octets.utf8("Secret\r\n")));
        }
    }

    @Test
    void theDomainThatIsNamedGetsAReportAtOnceAndNoOther() throws Exception {
        Path key = Files.writeString(temp.resolve("key.pem"), TestKeys.RFC_8463_ED25519_PEM);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        StaticZone.Builder zone = StaticZone.builder();
        for (String domain : List.of("named.example", "other.example")) {
            zone.txt("_dmarc." + domain, "v=DMARC1; p=reject; ruf=mailto:ruf@" + domain);
        }
        try (ZoneServer dns = ZoneServer.start(zone.build());
                SmtpSink sink = SmtpSink.modern();
                RunningService service =
                        RunningService.start(temp, """
                        mode: enforce
                        authserv-id: mx.receiver.example
                        dns: { servers: ["127.0.0.1:%d"], timeout: 30s, deadline: 60s }
                        store: { file: store.db }
                        signing:
                          keys: [{ domain: reports.receiver.example, selector: s1, key-file: key.pem }]
                        reports:
                          send: { from: dmarc@reports.receiver.example, server: "127.0.0.1:%d" }
                          failure-reports: { domains: [named.example] }
                        """.formatted(dns.address().getPort(), sink.port()))) {
            deliver(service, "other.example");
            deliver(service, "named.example");
            SmtpSink.Taken taken = sink.await();

            assertThat(String.join("\n", taken.commands())).contains("RCPT TO:<ruf@named.example>");
            assertThat(taken.message())
                    .contains("Subject: DMARC failure report for named.example\r\n")
                    .contains("Authentication-Results: mx.receiver.example; dmarc=fail")
                    .contains("Delivery-Result: reject\r\n", "Source-IP: 192.0.2.7\r\n")
                    .contains("Received: from inside.forger.example; Wed, 1 Jan 2025 00:00:00 +0000\r\n")
                    .contains("Message-ID: <m1@named.example>\r\n")
                    .contains("DKIM-Signature: ")
                    .doesNotContain("boss", "Boss", "bob", "Pay at once", "Secret");
            assertThat(service.metrics().lines())
                    .contains("countersign_failure_report_messages_total{result=\"reported\"} 1.0");
            assertThat(sink.isEmpty()).isTrue();
        }
    }
}
