package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.countersign.testing.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading a mailbox of a real Dovecot over TLS, with a certificate of its own. Needs to run as root. */
class DovecotMailboxIT {
    private static final Path DOVECOT = Path.of("/usr/sbin/dovecot");
    private static final String OWNER = "nobody";

    @TempDir
    private Path temp;

    private final List<Outcome> outcomes = new ArrayList<>();
    private int port;
    private Optional<Process> server = Optional.empty();

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isExecutable(DOVECOT), "Dovecot (package dovecot-imapd) is not installed");
        assumeTrue("root".equals(System.getProperty("user.name")), "Dovecot starts as root only");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        port = FreePort.find();
        execute(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
                "-keyout",
                path("key.pem"),
                "-out",
                path("cert.pem"));
        Files.createDirectories(temp.resolve("mail/cur"));
        Files.createDirectories(temp.resolve("mail/new"));
        Files.createDirectories(temp.resolve("mail/tmp"));
        Files.createDirectories(temp.resolve("mail/.Read/cur"));
        Files.createDirectories(temp.resolve("mail/.Read/new"));
        Files.createDirectories(temp.resolve("mail/.Read/tmp"));
        Files.writeString(temp.resolve("dovecot.conf"), configuration());
        Path password = Files.writeString(temp.resolve("password"), "secret\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    }

    private String path(String name) {
        return temp.resolve(name).toString();
    }

    private String configuration() {
        return """
                base_dir = %1$s/run
                state_dir = %1$s/state
                log_path = %1$s/log
                protocols = imap
                listen = 127.0.0.1
                ssl = required
                ssl_cert = <%1$s/cert.pem
                ssl_key = <%1$s/key.pem
                default_internal_user = %2$s
                default_internal_group = nogroup
                default_login_user = %2$s
                first_valid_uid = 1
                first_valid_gid = 0
                mail_location = maildir:%1$s/mail
                auth_mechanisms = plain
                passdb {
                  driver = static
                  args = password=secret
                }
                userdb {
                  driver = static
                  args = uid=%2$s gid=nogroup home=%1$s
                }
                service imap-login {
                  chroot =
                  inet_listener imap {
                    port = 0
                  }
                  inet_listener imaps {
                    address = 127.0.0.1
                    port = %3$d
                    ssl = yes
                  }
                }
                service anvil {
                  chroot =
                }
                """.formatted(temp, OWNER, port);
    }

    private void serve() throws Exception {
        execute("chown", "-R", OWNER + ":nogroup", path("mail"));
        server = Optional.of(new ProcessBuilder(DOVECOT.toString(), "-F", "-c", path("dovecot.conf"))
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("output").toFile())
                .start());
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
        while (!answers()) {
            assertThat(System.nanoTime()).as("Dovecot starts").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void execute(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (server.isPresent()) {
            server.get().destroy();
            if (!server.get().waitFor(1, TimeUnit.MINUTES)) {
                server.get().destroyForcibly().waitFor();
            }
        }
    }

    private void deliver(int first, int count) throws IOException {
        for (int i = first; i < first + count; i++) {
            Files.write(
                    temp.resolve("mail/new/" + (1_790_000_000 + i) + ".M1P1.host"),
                    new ReportMail()
                            .results("mx.example.org", "pass", "receiver.example")
                            .report(ReportMail.xml("r" + i, "example.org", 1))
                            .octets());
        }
    }

    private ImapSettings settings(String host, Optional<String> caFile, ImapSettings.Then then) {
        return new ImapSettings(
                Optional.of(host),
                Optional.of(port),
                ImapSettings.Security.TLS,
                caFile,
                Optional.of("dmarc"),
                Optional.of("password"),
                "INBOX",
                then,
                then == ImapSettings.Then.MOVE ? Optional.of("Read") : Optional.empty(),
                Duration.ofMinutes(5));
    }

    private void read(ReceiveFixture fixture, ImapSettings settings) throws Exception {
        outcomes.clear();
        new ReportMailbox(settings, temp.resolve("countersign.yaml"), fixture.receiver(), "a", fixture.clock)
                .read((uid, result) -> outcomes.addAll(result), () -> false);
    }

    private long messages(String directory) throws IOException {
        long count = 0;
        for (String part : List.of("cur", "new")) {
            try (Stream<Path> files =
                    Files.list(temp.resolve("mail").resolve(directory).resolve(part))) {
                count += files.count();
            }
        }
        return count;
    }

    @Test
    void messagesAreReadFlaggedAndMovedOverTls() throws Exception {
        deliver(0, 55);
        serve();
        Optional<String> ca = Optional.of("cert.pem");
        try (ReceiveFixture fixture = new ReceiveFixture(temp)) {
            read(fixture, settings("localhost", ca, ImapSettings.Then.SEEN));
            assertThat(outcomes).hasSize(55).allMatch(Outcome.Stored.class::isInstance);

            deliver(55, 2);
            execute("chown", "-R", OWNER + ":nogroup", path("mail"));
            read(fixture, settings("localhost", ca, ImapSettings.Then.MOVE));

            assertThat(outcomes).hasSize(2);
            assertThat(messages(".Read")).isGreaterThanOrEqualTo(2);
            assertThat(fixture.number("SELECT count(*) FROM received_report")).isEqualTo(57);
        }
    }

    @Test
    void aCertificateThatIsNotTrustedOrNamesAnotherHostIsRefused() throws Exception {
        deliver(0, 1);
        serve();
        try (ReceiveFixture fixture = new ReceiveFixture(temp)) {
            ImapSettings untrusted = settings("localhost", Optional.empty(), ImapSettings.Then.SEEN);
            assertThat(catchThrowableOfType(MailboxFailure.class, () -> read(fixture, untrusted))
                            .problem())
                    .endsWith(": name the file of its certificate or of its authority in reports.receive.imap.ca-file");
            ImapSettings elsewhere = settings("127.0.0.1", Optional.of("cert.pem"), ImapSettings.Then.SEEN);
            assertThat(catchThrowableOfType(MailboxFailure.class, () -> read(fixture, elsewhere))
                            .problem())
                    .endsWith(": the certificate of the server must name reports.receive.imap.host, see ca-file");
            assertThat(messages(".")).isEqualTo(1);
        }
    }
}
