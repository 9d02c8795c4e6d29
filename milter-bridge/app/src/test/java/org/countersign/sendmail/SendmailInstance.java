package org.countersign.sendmail;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.countersign.postfix.MtaTools;
import org.countersign.testing.FreePort;
import org.countersign.testing.SmtpConnection;

/**
 * Debian's Sendmail as the daemon of a machine of its own: with its own host name, process table and file system, whose
 * changes are lost at the end. The network is that of this machine. Sendmail takes mail on a free loopback port, and
 * sends all of it to one next hop. The user {@code alice} can log in with the password {@code secret}.
 *
 * <p>{@link #close()} ends it with all its processes.
 */
final class SendmailInstance implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration GLANCE = Duration.ofMillis(20);
    private static final Path ROOT = Path.of(System.getProperty("countersign.root"));

    private final Path directory;
    private final int port;
    private final Process machine;

    private SendmailInstance(Path directory, int port, Process machine) {
        this.directory = directory;
        this.port = port;
        this.machine = machine;
    }

    /** Skips the test where Sendmail cannot be run. */
    static void assumeSendmail() throws IOException {
        MtaTools.assumeInstalled("unshare", "nsenter", "m4", "python3", "saslpasswd2");
        assumeTrue(Files.isExecutable(program()), "Sendmail is not unpacked (run .ci/sendmail)");
        assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")), "needs root");
    }

    private static Path program() {
        return packages().resolve("usr/libexec/sendmail/sendmail");
    }

    private static Path packages() {
        String other = System.getenv().getOrDefault("COUNTERSIGN_SENDMAIL", "");
        return other.isEmpty() ? ROOT.resolve("target/sendmail-root") : Path.of(other);
    }

    /** A directory for {@link #start}; its folder {@code run} is for the sockets of milters. */
    static Path newDirectory() throws IOException {
        Path directory = Files.createTempDirectory("countersign-sendmail");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String folder : List.of("work", "run", "etc/mail", "etc/sasl2")) {
            Files.createDirectories(directory.resolve(folder));
        }
        return directory;
    }

    /** The socket directory of an instance, which Sendmail sees as {@link SendmailSettings#RUN}. */
    static Path runDirectory(Path directory) {
        return directory.resolve("run");
    }

    /**
     * Starts Sendmail and returns when it takes mail. Call {@link #assumeSendmail()} before.
     *
     * @param directory from {@link #newDirectory()}; deleted at the end
     * @param nextHop the loopback port that it sends all mail to
     */
    static SendmailInstance start(Path directory, SendmailSettings settings, int nextHop) throws IOException {
        int port = FreePort.find();
        Path mail = directory.resolve("etc/mail");
        Files.writeString(mail.resolve("sendmail.mc"), settings.sendmailMc(port, nextHop));
        Files.writeString(mail.resolve("submit.mc"), settings.submitMc(port));
        Files.writeString(directory.resolve("etc/sasl2/Sendmail.conf"), """
                pwcheck_method: auxprop
                auxprop_plugin: sasldb
                mech_list: PLAIN
                """);
        Files.writeString(mail.resolve("start.sh"), """
                m4 /etc/mail/sendmail.mc >/etc/mail/sendmail.cf
                m4 /etc/mail/submit.mc >/etc/mail/submit.cf
                printf secret | saslpasswd2 -p -c -u %s alice
                exec /usr/sbin/sendmail -bD
                """.formatted(settings.host()));
        Path script = directory.resolve("sandbox.sh");
        try (InputStream in = SendmailInstance.class.getResourceAsStream("sandbox.sh")) {
            Files.copy(Objects.requireNonNull(in), script);
        }
        Process machine = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--uts",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "sh",
                        script.toString(),
                        directory.toString(),
                        packages().toAbsolutePath().toString(),
                        settings.host())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        SendmailInstance instance = new SendmailInstance(directory, port, machine);
        try {
            instance.awaitGreeting();
            return instance;
        } catch (IOException | RuntimeException failure) {
            failure.addSuppressed(new IOException("Sendmail's output:\n" + instance.output()));
            instance.close();
            throw failure;
        }
    }

    private void awaitGreeting() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                smtp().close();
                return;
            } catch (IOException notYet) {
                if (!machine.isAlive() || System.nanoTime() - deadline > 0) {
                    throw notYet;
                }
                LockSupport.parkNanos(GLANCE.toNanos());
            }
        }
    }

    /** A connection from 127.0.0.1, greeted. */
    SmtpConnection smtp() throws IOException {
        return SmtpConnection.open(port);
    }

    /** A connection from another address of 127.0.0.0/8, greeted, after EHLO. */
    SmtpConnection smtpFrom(String client, String name) throws IOException {
        return SmtpConnection.openFrom(client, port).hello(name);
    }

    /** A connection of the user {@code alice}, who has logged in. */
    SmtpConnection login() throws IOException {
        SmtpConnection smtp = smtp().hello("laptop.receiver.example");
        String plain = Base64.getEncoder().encodeToString("\0alice\0secret".getBytes(StandardCharsets.US_ASCII));
        SmtpConnection.Reply reply = smtp.command("AUTH PLAIN " + plain);
        if (reply.code() != 235) {
            smtp.close();
            throw new IOException("login refused: " + reply + "; log:\n" + log());
        }
        return smtp;
    }

    /** The loopback port on which it takes mail. */
    int port() {
        return port;
    }

    /** Runs a command of the shell on the machine of Sendmail, as root, and returns its output. */
    String run(String command) throws IOException {
        return run(new byte[0], command);
    }

    /** The same with this standard input. */
    String run(byte[] input, String command) throws IOException {
        Path in = Files.createTempFile(directory, "command", ".in");
        Path out = Files.createTempFile(directory, "command", ".out");
        try {
            Files.write(in, input);
            Process process = new ProcessBuilder(
                            "nsenter",
                            "--target="
                                    + machine.children()
                                            .findFirst()
                                            .orElseThrow()
                                            .pid(),
                            "--mount",
                            "--uts",
                            "--pid",
                            "--root",
                            "--wd",
                            "sh",
                            "-c",
                            command)
                    .redirectInput(in.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            String output = Files.readString(out, StandardCharsets.ISO_8859_1);
            if (!ended || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(command + " failed: " + output + "; Sendmail's log:\n" + log());
            }
            return output;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during " + command, stop);
        } finally {
            Files.delete(in);
            Files.delete(out);
        }
    }

    /** Waits until Sendmail has logged this text. */
    void awaitLog(String text) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!log().contains(text)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not in Sendmail's log: " + text + "\n" + log());
            }
            LockSupport.parkNanos(GLANCE.toNanos());
        }
    }

    /** What Sendmail sent to syslog. */
    String log() {
        return read("run/log");
    }

    private String output() {
        return read("output") + log();
    }

    private String read(String file) {
        try {
            return Files.readString(directory.resolve(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException none) {
            return "";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> all = new ArrayList<>(machine.descendants().toList());
        // Its child is the first process of the namespace, and all others end with it.
        machine.destroyForcibly();
        try {
            machine.waitFor();
            for (ProcessHandle each : all) {
                each.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException left) {
            throw new IOException("Sendmail left processes behind", left);
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
