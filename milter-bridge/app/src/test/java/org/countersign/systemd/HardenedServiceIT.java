package org.countersign.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.testing.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the unit of the package leaves the program all rights that its features need. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class HardenedServiceIT {
    private static final String KEY = "/etc/countersign/keys/example.org.s2026.pem";

    private InstalledService service;

    @BeforeEach
    void install() throws IOException, InterruptedException {
        SystemdNamespace.assumePossible();
        service = InstalledService.install();
        service.policy("mode: monitor");
        program("keygen", "--domain=example.org", "--selector=s2026", "--out=/etc/countersign/keys");
    }

    /** Runs a command of the program as root. */
    private String program(String... arguments) throws IOException, InterruptedException {
        return service.systemd().succeed(command(arguments));
    }

    private static String[] command(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("env", "COUNTERSIGN_JAVA_HOME=" + System.getProperty("java.home"), ServiceUnits.PROGRAM));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    @AfterEach
    void end() throws IOException {
        if (service != null) {
            service.close();
        }
    }

    private void signsWith(String keyFile) throws IOException {
        service.policy("""
                signing:
                  when: { local: true }
                  keys: [{ domain: example.org, selector: s2026, key-file: "%s" }]
                """.formatted(keyFile));
    }

    private static void isSigned(FilterOutcome outcome) {
        assertThat(outcome.isAccepted()).isTrue();
        Optional<String> signature = InstalledService.signature(outcome);
        assertThat(signature.orElse("no signature")).contains("d=example.org").contains("s=s2026");
    }

    @ParameterizedTest
    @CsvSource({
        "example.org.s2026.pem:/etc/countersign/keys/example.org.s2026.pem, example.org.s2026.pem",
        "keys:/etc/countersign/keys, keys_example.org.s2026.pem",
    })
    void aKeyThatOnlyRootCanReadSignsAsACredential(String passed, String name)
            throws IOException, InterruptedException {
        assertThat(service.systemd().succeed("stat", "-c", "%U %a", KEY)).isEqualTo("root 600");
        service.dropIn(InstalledService.UNIT, "[Service]\nLoadCredential=" + passed + "\n");
        signsWith("credential:" + name);
        service.start();
        isSigned(service.submit());
        assertThat(service.property("StatusText")).contains("1 key");

        service.systemd().write("/root/message", "From: alice@example.org\r\n\r\nhi\r\n");
        assertThat(program("check", "--ip=127.0.0.1", "--config=" + InstalledService.POLICY, "/root/message"))
                .contains("Signed with s2026._domainkey.example.org");
    }

    @Test
    void aMissingCredentialIsNamedWithTheLineThatIsMissing() throws IOException, InterruptedException {
        signsWith("credential:example.org.s2026.pem");
        assertThat(service.systemd()
                        .run("systemctl", "start", InstalledService.UNIT)
                        .status())
                .isNotZero();
        assertThat(service.journal()).contains(InstalledService.POLICY + ":5").contains("LoadCredential=");
    }

    @Test
    void aKeyOfTheGroupOfTheServiceSigns() throws IOException, InterruptedException {
        service.systemd().succeed("chown", "-R", "root:countersign", "/etc/countersign/keys");
        service.systemd().succeed("chmod", "750", "/etc/countersign/keys");
        service.systemd().succeed("chmod", "640", KEY);
        signsWith("keys/example.org.s2026.pem");
        service.start();
        isSigned(service.submit());
    }

    @Test
    void itsOwnUnixSocketInItsRuntimeDirectoryIsServed() throws IOException, InterruptedException {
        service.systemd().write(InstalledService.POLICY, """
                listen: ["unix:/run/countersign/milter.sock"]
                dns: { servers: ["127.0.0.1:9"], timeout: 100ms, deadline: 500ms }
                """);
        service.start();
        assertThat(InstalledService.submit(service.unix("/run/countersign/milter.sock"))
                        .isAccepted())
                .isTrue();

        // Root starts a second one, which must not take the socket over.
        assertThat(service.systemd()
                        .run(command("serve", "--config", InstalledService.POLICY))
                        .output())
                .contains(
                        "cannot listen on unix:/run/countersign/milter.sock: the service countersign.service (process "
                                + service.property("MainPID")
                                + ", java) uses this socket: systemctl status countersign.service"
                                + " shows it; stop it, or choose another name");

        service.systemd().succeed("systemctl", "stop", InstalledService.UNIT);
        assertThat(service.systemd().path("/run/countersign")).doesNotExist();
    }

    @Test
    void theStoreTheSystemLogAndTheJournalCanBeUsed() throws IOException, InterruptedException {
        service.dropIn(
                InstalledService.UNIT, """
                [Service]
                Type=oneshot
                ExecStart=
                ExecStart=%s/bin/java --enable-native-access=ALL-UNNAMED -cp /opt/countersign/lib/* %s \
                    /var/lib/countersign/sandbox.db
                """.formatted(System.getProperty("java.home"), SandboxProgram.class.getName()));
        service.start();
        assertThat(service.systemd().path("/var/lib/countersign/sandbox.db")).isNotEmptyFile();
        assertThat(service.journal()).contains(SandboxProgram.TO_SYSLOG, SandboxProgram.TO_JOURNAL);
        assertThat(service.systemd().succeed("journalctl", "-q", "-o", "cat", "--facility=mail"))
                .contains(SandboxProgram.TO_SYSLOG);
    }

    @Test
    void itsPagesAreServed() throws Exception {
        int port = FreePort.find();
        service.policy("http: { listen: \"127.0.0.1:" + port + "\" }");
        service.start();
        for (String page : List.of("/metrics", "/health/live", "/health/ready")) {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + page).toURL().openConnection();
            assertThat(connection.getResponseCode()).as(page).isEqualTo(200);
            connection.disconnect();
        }
    }

    @Test
    void runsAsItsUserWithoutAnyCapability() throws IOException, InterruptedException {
        service.start();
        String process = service.property("MainPID");
        assertThat(service.systemd().succeed("ps", "-o", "user=", "-p", process))
                .isEqualTo("countersign");
        assertThat(service.systemd()
                        .shell("grep -E '^(CapBnd|CapEff|NoNewPrivs|Seccomp):' /proc/" + process + "/status"))
                .isEqualToNormalizingWhitespace(
                        "CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1 Seccomp: 2");
        assertThat(service.systemd().succeed("stat", "-c", "%U %a", "/var/lib/countersign", "/var/log/countersign"))
                .isEqualTo("countersign 750\ncountersign 750");
    }
}
