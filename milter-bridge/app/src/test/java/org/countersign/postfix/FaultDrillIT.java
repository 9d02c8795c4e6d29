package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.countersign.cli.ServiceProcess;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A real Postfix under load, while something around the bridge fails. Each message is delivered once, rejected, or
 * deferred and delivered later, as it must be.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class FaultDrillIT {
    private static final Path FAKETIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");
    private static final int FILLER = 64 * 1024;

    @TempDir
    private Path temp;

    private final SenderDomains domains = new SenderDomains("drill");

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private ListenAddress socket;

    @SuppressWarnings("NullAway.Init")
    private ZoneServer dns;

    @SuppressWarnings("NullAway.Init")
    private ServiceProcess bridge;

    @SuppressWarnings("NullAway.Init")
    private PostfixInstance postfix;

    @SuppressWarnings("NullAway.Init")
    private SendingQueue queue;

    private int sent;

    @BeforeEach
    void start() throws Exception {
        MtaTools.assumePostfix();
        // The user of Postfix needs access to the socket.
        directory = Files.createTempDirectory("countersign-drill");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        socket = new ListenAddress.Unix(directory.resolve("s"));
        dns = domains.serve();
    }

    private Path policy(String settings) throws IOException {
        return Files.writeString(
                temp.resolve("policy.yaml"),
                """
                authserv-id: %s
                mode: enforce
                listen: ["%s"]
                sockets: { mode: 0666 }
                dns: { servers: ["127.0.0.1:%d"], timeout: 30s, deadline: 60s }
                """.formatted(PostfixSettings.HOST, socket, dns.address().getPort()) + settings);
    }

    private void startPostfix() throws Exception {
        postfix = PostfixInstance.start(
                PostfixSettings.delivering(SenderDomains.BOB).withInboundMilters(socket.toString()));
        queue = new SendingQueue(postfix);
    }

    /** Sends a round of messages, without waiting for their results. */
    private void send() throws InterruptedException {
        List<SentMessage> messages = domains.nextMessages();
        queue.send(messages);
        sent += messages.size();
        TimeUnit.MILLISECONDS.sleep(300);
    }

    private void sendFor(int rounds) throws InterruptedException {
        for (int i = 0; i < rounds; i++) {
            send();
        }
    }

    @AfterEach
    @SuppressWarnings("try") // Everything is only closed here.
    void stop() throws IOException {
        try (ZoneServer nameServer = dns;
                ServiceProcess serve = bridge;
                // Before the bridge, because Postfix would wait for the closed milter.
                PostfixInstance mailServer = postfix;
                SendingQueue sender = queue) {
            // In reverse order, as far as they were started.
        }
        if (directory != null) {
            Files.deleteIfExists(directory.resolve("s"));
            Files.delete(directory);
        }
    }

    @Test
    void aReloadEverySecondUnderLoadDropsNothing() throws Exception {
        Path policy = policy("");
        bridge = ServiceProcess.start(policy, temp.resolve("log"));
        startPostfix();
        // A machine that is busy may take several signals as one.
        for (int second = 0; second < 6 || bridge.lines("event=reloaded").size() < 4; second++) {
            Files.writeString(policy, "# " + second + "\n", StandardOpenOption.APPEND);
            bridge.signal("HUP");
            sendFor(3);
        }
        DeliveryCounts.check(queue, postfix, sent);
        assertThat(bridge.lines("level=error")).isEmpty();
        assertThat(postfix.log()).doesNotContain("4.7.1 Service unavailable");
        assertThat(bridge.signal("TERM").awaitExit()).isZero();
    }

    @Test
    void jumpsOfTheClockByDaysDropNothing() throws Exception {
        assumeTrue(Files.exists(FAKETIME), "faketime is not installed");
        Path offset = Files.writeString(temp.resolve("offset"), "+0\n");
        bridge = ServiceProcess.start(
                policy(""),
                temp.resolve("log"),
                "env",
                "LD_PRELOAD=" + FAKETIME,
                "FAKETIME_TIMESTAMP_FILE=" + offset,
                "FAKETIME_NO_CACHE=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1");
        startPostfix();
        sendFor(3);
        Files.writeString(offset, "+3d\n");
        sendFor(3);
        queue.await(SentMessage::isGenuine);
        Files.writeString(offset, "+0\n");
        sendFor(3);
        DeliveryCounts.check(queue, postfix, sent);
        List<String> days = bridge.lines("event=message").stream()
                .map(line -> line.replaceFirst("^.*time=(\\d+-\\d+-\\d+).*$", "$1"))
                .distinct()
                .toList();
        assertThat(days).as("days in the log, so that the clock did jump").hasSizeGreaterThanOrEqualTo(2);
        assertThat(bridge.lines("level=error")).isEmpty();
        assertThat(bridge.lines("event=not-working")).isEmpty();
        assertThat(bridge.signal("TERM").awaitExit()).isZero();
    }

    @Test
    void aFullDiskForTheLogAndTheTraceDropsNoMail() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can mount a file system");
        Path disk = Files.createDirectory(temp.resolve("disk"));
        Path output = temp.resolve("stderr");
        bridge = ServiceProcess.startSilently(
                policy("log: { to: file, file: " + disk.resolve("log") + " }\nstore: { file: "
                        + disk.resolve("store.db") + " }\ntrace: { days: 1 }\n"),
                output,
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=4m tmpfs \"$0\" && exec \"$@\"",
                disk.toString());
        awaitSocket();
        startPostfix();
        sendFor(2);
        // The file system of the bridge, seen from outside.
        Path inside = Path.of("/proc/" + bridge.process().pid() + "/root" + disk);
        Path filler = fill(inside);
        sendFor(4);
        bridge.awaitLine("event=log-unavailable");
        Files.delete(filler);
        sendFor(4);
        DeliveryCounts.check(queue, postfix, sent);
        assertThat(bridge.process().isAlive()).isTrue();
        assertThat(Files.readAllLines(output).stream().filter(line -> line.contains("event=log-unavailable")))
                .hasSize(1);
        while (!Files.readString(inside.resolve("log")).contains("event=log-lines-dropped")) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(Files.readString(inside.resolve("log"))).doesNotContain("level=error");
    }

    private static Path fill(Path disk) throws IOException {
        Path filler = Files.createFile(disk.resolve("filler"));
        for (int size = FILLER; size > 0; size /= 2) {
            try {
                while (true) {
                    Files.write(filler, new byte[size], StandardOpenOption.APPEND);
                }
            } catch (IOException full) {
                // The next smaller size may fit.
            }
        }
        return filler;
    }

    private void awaitSocket() throws Exception {
        while (true) {
            assertThat(bridge.process().isAlive()).isTrue();
            try {
                SocketChannel.open(socket.resolve()).close();
                return;
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }
}
