package org.countersign.postfix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.countersign.testing.FreePort;
import org.countersign.testing.SmtpConnection;

/**
 * A private instance of Debian's Postfix in a temporary directory with two loopback ports, independent of
 * the system's instance. The inbound port is like port 25. The submission port has the daemon name {@code ORIGINATING}
 * for milters. Postfix delivers accepted mail to maildirs, sends nothing to other hosts and makes no lookups.
 *
 * <p>{@link #close()} stops it, and throws if a process of it remains.
 */
public final class PostfixInstance implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration GLANCE = Duration.ofMillis(10);

    private final PostfixDirectory home;
    private final Path directory;
    private final int inboundPort;
    private final int submissionPort;

    /** Ends Postfix, which has no parent process, if the tests are interrupted. */
    private final Thread whenInterrupted;

    private PostfixInstance(PostfixDirectory home, int inboundPort, int submissionPort) {
        this.home = home;
        this.directory = home.path();
        this.whenInterrupted = new Thread(this::abandon);
        this.inboundPort = inboundPort;
        this.submissionPort = submissionPort;
    }

    /** Starts Postfix and returns when both ports answer. Call {@link MtaTools#assumePostfix()} before. */
    public static PostfixInstance start(PostfixSettings settings) throws IOException {
        PostfixDirectory home = PostfixDirectory.create();
        PostfixDirectory.cleanUp(Path.of(System.getProperty("java.io.tmpdir")));
        PostfixInstance instance = new PostfixInstance(home, FreePort.find(), FreePort.find());
        Runtime.getRuntime().addShutdownHook(instance.whenInterrupted);
        try {
            instance.layOut(settings);
            instance.run("postfix", "start");
            instance.inbound().close();
            instance.submission().close();
            return instance;
        } catch (IOException failure) {
            failure.addSuppressed(new IOException("Postfix's log:\n" + instance.log()));
            instance.close();
            throw failure;
        }
    }

    /** The inbound port. */
    public int port() {
        return inboundPort;
    }

    /** Ends all processes, as when a machine is down. The queue stays. */
    public void stopServer() throws IOException {
        run("postfix", "stop");
        endStragglers();
    }

    /** Starts again after {@link #stopServer()}, and tries what is in the queue. */
    public void startServer() throws IOException {
        run("postfix", "start");
        inbound().close();
        flushQueue();
    }

    /** Reads the configuration and its tables again. */
    public void reload() throws IOException {
        run("postfix", "reload");
    }

    /** Tries to deliver all messages in the queue now. */
    public void flushQueue() throws IOException {
        run("postqueue", "-f");
    }

    /** A connection to the inbound port, greeted. */
    public SmtpConnection inbound() throws IOException {
        return SmtpConnection.open(inboundPort);
    }

    /** A connection to the submission port, greeted. */
    public SmtpConnection submission() throws IOException {
        return SmtpConnection.open(submissionPort);
    }

    /**
     * Submits a message with sendmail(1), as local programs do.
     *
     * @param message with CRLF line ends
     */
    public void sendmail(String mailFrom, String recipient, byte[] message) throws IOException {
        // sendmail(1) expects the line ends of the system.
        String text = new String(message, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
        Path input = Files.createTempFile(directory, "sendmail", ".in");
        Path output = Files.createTempFile(directory, "sendmail", ".out");
        try {
            Files.writeString(input, text, StandardCharsets.ISO_8859_1);
            MtaTools.run(
                    input,
                    output,
                    "sendmail",
                    "-C",
                    directory.resolve("conf").toString(),
                    "-i",
                    "-f",
                    mailFrom,
                    recipient);
        } finally {
            Files.delete(input);
            Files.delete(output);
        }
    }

    /** A directory that Postfix's own user can reach, for the sockets of milters. */
    public Path directory() {
        return directory;
    }

    /** The messages delivered to an address so far, in any order. */
    public List<DeliveredMessage> mailbox(String address) throws IOException {
        Path arrived = directory.resolve("mail").resolve(address).resolve("new");
        if (!Files.isDirectory(arrived)) {
            return List.of();
        }
        List<DeliveredMessage> messages = new ArrayList<>();
        try (Stream<Path> files = Files.list(arrived)) {
            for (Path file : files.sorted().toList()) {
                messages.add(DeliveredMessage.read(file));
            }
        }
        return List.copyOf(messages);
    }

    /**
     * Waits until the queue is empty, then returns the only message delivered to an address and takes it
     * out of the mailbox.
     *
     * @throws AssertionError with Postfix's log, when it is not exactly one
     */
    public DeliveredMessage takeOnlyMessage(String address) throws IOException {
        awaitEmptyQueue();
        List<DeliveredMessage> messages = mailbox(address);
        if (messages.size() != 1) {
            throw new AssertionError(
                    messages.size() + " messages for " + address + " instead of one; Postfix's log:\n" + log());
        }
        Files.delete(messages.getFirst().file());
        return messages.getFirst();
    }

    /** One JSON object per line for each message in the queue; empty when there is none. */
    public String queue() throws IOException {
        return run("postqueue", "-j").strip();
    }

    /** Releases all held messages, as {@code postsuper -H ALL} does, and has them delivered. */
    public void releaseHeld() throws IOException {
        run("postsuper", "-H", "ALL");
        run("postqueue", "-f");
    }

    /** Waits until all accepted messages are delivered, bounced or deferred. */
    public void awaitEmptyQueue() {
        boolean empty = happens(() -> {
            try {
                return queue().isEmpty();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        if (!empty) {
            throw new AssertionError("the queue does not become empty; Postfix's log:\n" + log());
        }
    }

    /** The log of Postfix. */
    public String log() {
        try {
            return Files.readString(directory.resolve("log/mail.log"), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException none) {
            return "";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The processes of this instance. */
    public List<Long> processes() throws IOException {
        return home.processes();
    }

    private void abandon() {
        try {
            home.endProcesses();
            home.delete();
        } catch (IOException failure) {
            System.err.println("cannot end Postfix in " + directory + ": " + failure);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (!processes().isEmpty()) {
                run("postfix", "stop");
            }
            endStragglers();
        } finally {
            home.delete();
            stopWaitingForTheEnd();
        }
    }

    private void stopWaitingForTheEnd() {
        try {
            Runtime.getRuntime().removeShutdownHook(whenInterrupted);
        } catch (IllegalStateException itIsTheEnd) {
            // The hook runs, or has run.
        }
    }

    private void endStragglers() throws IOException {
        boolean ended = happens(() -> {
            try {
                return processes().isEmpty();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        if (!ended) {
            List<Long> left = processes();
            home.endProcesses();
            throw new AssertionError("Postfix left processes behind: " + left + "; its log:\n" + log());
        }
    }

    private void layOut(PostfixSettings settings) throws IOException {
        // The user of Postfix needs access.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String folder : List.of("conf", "queue", "data", "mail", "log")) {
            Files.createDirectory(directory.resolve(folder));
        }
        own(directory.resolve("data"), "postfix");
        own(directory.resolve("mail"), "nobody");
        Path conf = directory.resolve("conf");
        Files.writeString(conf.resolve("main.cf"), settings.mainCf(directory));
        Files.writeString(conf.resolve("master.cf"), settings.masterCf(inboundPort, submissionPort));
        Files.writeString(conf.resolve("mailboxes"), settings.mailboxMap());
    }

    private static void own(Path path, String user) throws IOException {
        Files.setOwner(
                path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
    }

    private String run(String command, String... arguments) throws IOException {
        Path output = Files.createTempFile(directory, command, ".out");
        try {
            List<String> all =
                    new ArrayList<>(List.of("-c", directory.resolve("conf").toString()));
            all.addAll(List.of(arguments));
            return MtaTools.run(output, command, all.toArray(String[]::new));
        } finally {
            Files.delete(output);
        }
    }

    /** Polls, because other programs send no notification. */
    private static boolean happens(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(GLANCE.toNanos());
        }
        return true;
    }
}
