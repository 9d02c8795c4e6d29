package org.countersign.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.countersign.cli.Markdown;
import org.countersign.postfix.MtaTools;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The commands, the additions to units and some failures of docs/operating.md, with the service under a real systemd. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class OperatingDocumentIT {
    private static final String DOCUMENT = "docs/operating.md";
    private static final String SERVICE = InstalledService.UNIT;
    private static final String SEND = "swaks --server 127.0.0.1 --xclient-addr 203.0.113.66 --helo mail.forger.example"
            + " --from bulk@forger.example --header-From ceo@example.com --to you@example.org";

    private MailHost host;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        MailHost.assumePossible();
        MtaTools.assumeInstalled("sqlite3");
        host = MailHost.start();
        host.systemd().write(InstalledService.POLICY, "authserv-id: mx.example.org\ntrace: { days: 14 }\n");
        host.addToPostfix(
                "main.cf", "smtpd_milters = inet:127.0.0.1:8891\nsmtpd_authorized_xclient_hosts = 127.0.0.1\n");
        host.run("systemctl restart countersign; systemctl reload postfix");
    }

    @AfterEach
    void stop() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    private static List<Markdown.Block> blocks(String section) throws IOException {
        List<Markdown.Block> found = Markdown.blocks(DOCUMENT).stream()
                .filter(block -> block.section().equals(section))
                .toList();
        assertThat(found).as(section).isNotEmpty();
        return found;
    }

    @Test
    void theCheckOfTheConfigurationSucceedsAndABackupOfTheTraceIsRestoredWhileAndAfterTheServiceRuns()
            throws Exception {
        assertThat(host.run(blocks("Check the configuration").getFirst().text()))
                .contains("\nOK: ");

        host.run(SEND);
        host.awaitOutput("countersign why --last 5", "example.com");
        List<Markdown.Block> backup = blocks("Backup");
        assertThat(backup).hasSize(2).allMatch(block -> block.language().equals("sh"));
        host.run("mkdir -p /var/backups");
        host.run(backup.getFirst().text());
        // A later backup replaces the earlier one, and only root reads it.
        host.run(backup.getFirst().text());
        assertThat(host.run("ls /var/backups/countersign.*; stat -c %a /var/backups/countersign.db"))
                .isEqualTo("/var/backups/countersign.db\n600");
        host.run("rm -f /var/lib/countersign/store.db; systemctl restart countersign");
        assertThat(host.systemd().run("countersign", "why", "--last", "5").output())
                .doesNotContain("example.com");
        host.run("set -e\n" + backup.getLast().text());
        assertThat(host.run("countersign why --last 5")).contains("example.com");
        host.run(SEND.replace("ceo@example.com", "news@shop.example"));
        host.awaitOutput("countersign why --last 5", "shop.example");
    }

    @Test
    void theAdditionsToUnitsAreValid() throws Exception {
        host.run("mkdir /srv/countersign");
        addToUnit("countersign.socket", blocks("Sockets that outlive the service"));
        assertThat(host.systemd().property("countersign.socket", "Listen"))
                .contains("192.0.2.1:8891", "[2001:db8::1]:8891")
                .doesNotContain("127.0.0.1:8891");
        addToUnit(SERVICE, blocks("What the service may do"));
        assertThat(host.systemd().property(SERVICE, "ReadWritePaths")).isEqualTo("/srv/countersign");

        host.run("systemctl stop countersign countersign.socket && systemctl start countersign");
        assertThat(host.systemd().property(SERVICE, "StatusText"))
                .contains("inet:192.0.2.1:8891", "inet:[2001:db8::1]:8891; mode monitor, 0 keys");
    }

    private void addToUnit(String unit, List<Markdown.Block> blocks) throws Exception {
        List<String> texts = blocks.stream()
                .filter(block -> block.language().equals("ini"))
                .map(Markdown.Block::text)
                .toList();
        assertThat(texts).hasSize(1);
        host.systemd().write("/etc/systemd/system/" + unit + ".d/override.conf", texts.getFirst());
        host.run("systemctl daemon-reload");
    }

    @Test
    void theMemoryOfTheTableIsWhatTheServiceGets() throws Exception {
        String document = Files.readString(Path.of(System.getProperty("countersign.root"), DOCUMENT));
        assertThat(document).contains("| 1,000 | `-Xmx384m` | 768M |", "heap of 64 MB (`-Xmx64m`)");
        assertThat(Files.readString(Path.of(
                        System.getProperty("countersign.root"), "milter-bridge/package/src/launcher/countersign")))
                .contains("-Xmx64m");
        assertThat(host.systemd().property(SERVICE, "MemoryMax")).isEqualTo(Long.toString(512L << 20));
        host.systemd().write("/etc/systemd/system/countersign.service.d/override.conf", "[Service]\nMemoryMax=768M\n");
        host.run("systemctl daemon-reload; systemctl restart countersign");
        assertThat(host.systemd().property(SERVICE, "MemoryMax")).isEqualTo(Long.toString(768L << 20));
    }

    @Test
    void aSessionWaitsForTheNextProcessWhenTheServiceIsKilled() throws Exception {
        host.run("systemctl kill -s KILL countersign");
        assertThat(host.run(SEND)).contains("250 2.0.0 Ok: queued");
        assertThat(host.takeOnlyMessage("you@example.org").values("Authentication-Results"))
                .hasSize(1);
        assertThat(host.systemd().property(SERVICE, "NRestarts")).isEqualTo("1");
    }

    @Test
    void withAWrongPolicyFileTheEarlierPolicyStaysAndTheStatusSaysWhatIsWrong() throws Exception {
        host.systemd().write(InstalledService.POLICY, "mode: perhaps\n");
        host.run("systemctl reload countersign");
        host.awaitOutput("systemctl show -P StatusText countersign", "countersign.yaml:1: mode");
        assertThat(host.run(SEND)).contains("250 2.0.0 Ok: queued");
    }

    @Test
    void withAFullDiskMailGoesOnWithoutATraceAndTheTraceGoesOnWhenThereIsRoom() throws Exception {
        host.run("systemctl stop countersign; mount -t tmpfs -o size=1m,mode=750 tmpfs /var/lib/countersign;"
                + " chown countersign:countersign /var/lib/countersign; systemctl start countersign;"
                + " dd if=/dev/zero of=/var/lib/countersign/filler bs=4k 2>/dev/null; true");
        assumeTrue(host.run("df --output=avail /var/lib/countersign").contains(" 0"), "the file system has room");
        host.run(SEND);
        host.awaitOutput("journalctl -q -u countersign", "event=not-traced");
        assertThat(host.run(SEND)).contains("250 2.0.0 Ok: queued");
        host.run("rm /var/lib/countersign/filler");
        host.run(SEND);
        host.awaitOutput("journalctl -q -u countersign", "event=tracing-again");
    }
}
