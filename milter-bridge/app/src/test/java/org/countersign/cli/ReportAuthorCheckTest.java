package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.countersign.dns.StaticZone;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code config check} says about the author of the reports that the service is to send. */
class ReportAuthorCheckTest {
    @TempDir
    private Path temp;

    private List<String> warnings(int dnsPort, String limits) throws IOException {
        Path file = Files.writeString(temp.resolve("mx.yaml"), """
                mode: monitor
                listen: ["inet:127.0.0.1:0"]
                dns: { servers: ["127.0.0.1:%d"], %s }
                store: { file: store.db }
                reports:
                  collect: true
                  send: { from: dmarc-noreply@reports.example.org }
                """.formatted(dnsPort, limits));
        CommandRun run = CommandRun.of(
                "config",
                "check",
                "--config=" + file,
                "--postfix=" + temp.resolve("none"),
                "--as=" + System.getProperty("user.name"));
        return run.out()
                .lines()
                .filter(line -> line.contains(": reports.send.from: "))
                .map(line -> line.replace(temp + "/", ""))
                .toList();
    }

    @Test
    void whatKeepsOthersFromTakingTheReportsIsAWarning() throws Exception {
        try (ZoneServer dns = ZoneServer.start(StaticZone.builder().build())) {
            String place = "warning  mx.yaml:7: reports.send.from: ";
            assertThat(warnings(dns.address().getPort(), "timeout: 30s, deadline: 60s"))
                    .containsExactly(
                            place + "reports.example.org has neither an MX record nor an address, so many mail servers"
                                    + " refuse its mail: publish an MX record",
                            place + "reports.example.org has no SPF record: publish one that names the servers that"
                                    + " send its mail",
                            place + "no key signs mail of dmarc-noreply@reports.example.org, so nothing can be sent:"
                                    + " add one for its domain to signing.keys");
        }
    }

    @Test
    void withoutADnsServerNothingIsSaidAboutTheAuthor() throws Exception {
        assertThat(warnings(9, "timeout: 100ms, deadline: 500ms")).isEmpty();
    }
}
