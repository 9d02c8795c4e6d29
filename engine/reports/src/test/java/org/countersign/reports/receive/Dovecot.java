package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.countersign.testing.FreePort;

/**
 * A real Dovecot with one mailbox, over TLS with a certificate of its own, and without TLS on another port. Needs to run as
 * root.
 */
final class Dovecot implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/dovecot");
    private static final String OWNER = "nobody";

    final int tlsPort = FreePort.find();
    final int plainPort = FreePort.find();
    private final Path home;
    private Optional<Process> server = Optional.empty();

    /** Skips the test if Dovecot cannot run here. */
    static void assumePresent() {
        assumeTrue(Files.isExecutable(PROGRAM), "Dovecot (package dovecot-imapd) is not installed");
        assumeTrue("root".equals(System.getProperty("user.name")), "Dovecot starts as root only");
    }

    /** @param home a directory for everything, with the file of the password */
    Dovecot(Path home) throws IOException, InterruptedException {
        this.home = home;
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
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
        for (String folder : List.of("mail", "mail/.Read")) {
            for (String part : List.of("cur", "new", "tmp")) {
                Files.createDirectories(home.resolve(folder).resolve(part));
            }
        }
        Files.writeString(home.resolve("dovecot.conf"), configuration());
        Path password = Files.writeString(home.resolve("password"), "secret\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    }

    private String path(String name) {
        return home.resolve(name).toString();
    }

    private String configuration() {
        return """
                base_dir = %1$s/run
                state_dir = %1$s/state
                log_path = %1$s/log
                protocols = imap
                listen = 127.0.0.1
                ssl = yes
                disable_plaintext_auth = no
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
                    address = 127.0.0.1
                    port = %4$d
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
                """.formatted(home, OWNER, tlsPort, plainPort);
    }

    void start() throws IOException, InterruptedException {
        giveAway();
        server = Optional.of(new ProcessBuilder(PROGRAM.toString(), "-F", "-c", path("dovecot.conf"))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("output").toFile())
                .start());
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
        while (!answers()) {
            assertThat(System.nanoTime()).as("Dovecot starts").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tlsPort)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    static void execute(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    void stop() throws InterruptedException {
        if (server.isPresent()) {
            server.get().destroy();
            if (!server.get().waitFor(1, TimeUnit.MINUTES)) {
                server.get().destroyForcibly().waitFor();
            }
            server = Optional.empty();
        }
    }

    /** Adds a message. Messages are in the order of their numbers. */
    void deliver(int number, byte[] message) throws IOException {
        Files.write(home.resolve("mail/new/" + (1_790_000_000 + number) + ".M1P1.host"), message);
    }

    /** Makes Dovecot the owner of all messages. */
    void giveAway() throws IOException, InterruptedException {
        execute("chown", "-R", OWNER + ":nogroup", path("mail"));
    }

    /** The files of a folder. */
    List<Path> messages(String directory) throws IOException {
        try (Stream<Path> cur =
                        Files.list(home.resolve("mail").resolve(directory).resolve("cur"));
                Stream<Path> fresh =
                        Files.list(home.resolve("mail").resolve(directory).resolve("new"))) {
            return Stream.concat(cur, fresh).toList();
        }
    }

    /** The settings for the port with TLS. */
    ImapSettings settings(String host, Optional<String> caFile, ImapSettings.Then then) {
        return settings(host, tlsPort, ImapSettings.Security.TLS, caFile, then);
    }

    /** The settings for a port without TLS. */
    static ImapSettings plain(int port, ImapSettings.Then then) {
        return settings("127.0.0.1", port, ImapSettings.Security.NONE, Optional.empty(), then);
    }

    private static ImapSettings settings(
            String host, int port, ImapSettings.Security security, Optional<String> caFile, ImapSettings.Then then) {
        return new ImapSettings(
                Optional.of(host),
                Optional.of(port),
                security,
                caFile,
                Optional.of("dmarc"),
                Optional.of("password"),
                "INBOX",
                then,
                then == ImapSettings.Then.MOVE ? Optional.of("Read") : Optional.empty(),
                Duration.ofMinutes(5));
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}
