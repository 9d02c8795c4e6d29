package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.countersign.cli.ServiceProcess;
import org.countersign.cli.SocketHolder;
import org.countersign.testing.SmtpConnection;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real Postfix under load, while the bridge is restarted three times. The listening sockets belong to a process that
 * outlives the bridge, as with systemd.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class RestartIT {
    private static final int RESTARTS = 3;
    private static final int SESSIONS = 12;

    /** The socket that Postfix uses. */
    enum Transport {
        TCP,
        UNIX
    }

    @TempDir
    private Path temp;

    private final SenderDomains domains = new SenderDomains("restart");
    private final List<ServiceProcess> bridges = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private ZoneServer dns;

    @SuppressWarnings("NullAway.Init")
    private SocketHolder holder;

    @SuppressWarnings("NullAway.Init")
    private PostfixInstance postfix;

    @BeforeEach
    void start() throws Exception {
        MtaTools.assumePostfix();
        MtaTools.assumePythonModules("socket");
        // The user of Postfix needs access to the socket.
        directory = Files.createTempDirectory("countersign-restart");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        dns = domains.serve();
        Files.writeString(temp.resolve("policy.yaml"), """
                authserv-id: %s
                mode: enforce
                drain-timeout: 2m
                dns: { servers: ["127.0.0.1:%d"], timeout: 30s, deadline: 60s }
                """.formatted(
                        PostfixSettings.HOST, dns.address().getPort()));
        holder = SocketHolder.start(temp, directory.resolve("milter.sock"));
    }

    private void startPostfix(Transport transport) throws Exception {
        startBridge();
        postfix = PostfixInstance.start(PostfixSettings.delivering(SenderDomains.BOB)
                .withInboundMilters((transport == Transport.TCP
                                ? holder.addresses().getFirst()
                                : holder.addresses().getLast())
                        .toString())
                // A busy machine needs longer than 30 seconds to end one process and to start the next.
                .with("milter_connect_timeout", "120s")
                .with("milter_command_timeout", "120s"));
    }

    private void startBridge() throws IOException, InterruptedException {
        bridges.add(ServiceProcess.start(
                temp.resolve("policy.yaml"), temp.resolve("log" + bridges.size()), holder.prefix()));
    }

    /** Restarts the bridge with some load between the restarts. */
    private void restart(String signal, int status) {
        try {
            for (int restart = 0; restart < RESTARTS; restart++) {
                TimeUnit.SECONDS.sleep(1);
                if (signal.equals("KILL")) {
                    killInFlight(status);
                } else {
                    assertThat(bridges.getLast().signal(signal).awaitExit()).isEqualTo(status);
                    startBridge();
                }
            }
            TimeUnit.SECONDS.sleep(1);
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Kills the bridge while it has one SMTP session at least, and perhaps some messages. */
    private void killInFlight(int status) throws IOException, InterruptedException {
        try (SmtpConnection smtp = postfix.inbound().pretend(SenderDomains.CLIENT, "mail.drill.example")) {
            bridges.getLast().signal("STOP");
            TimeUnit.MILLISECONDS.sleep(700);
            assertThat(bridges.getLast().signal("KILL").awaitExit()).isEqualTo(status);
            startBridge();
            byte[] message = "From: news@drill.example\r\n\r\nhi\r\n".getBytes(StandardCharsets.US_ASCII);
            assertThat(smtp.send("news@drill.example", List.of(SenderDomains.BOB), message)
                            .toString())
                    .startsWith("451 4.7.1 Service unavailable");
        }
    }

    @AfterEach
    void stop() throws IOException {
        // Before the bridge, because Postfix would wait for the closed milter.
        if (postfix != null) {
            postfix.close();
        }
        bridges.forEach(ServiceProcess::close);
        if (holder != null) {
            holder.close();
        }
        if (dns != null) {
            dns.close();
        }
        if (directory != null) {
            Files.deleteIfExists(directory.resolve("milter.sock"));
            Files.delete(directory);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRestartBySigtermDefersNothing(Transport transport) throws Exception {
        startPostfix(transport);
        FutureTask<Void> restarts = new FutureTask<>(() -> restart("TERM", 0), null);
        Thread.ofPlatform().start(restarts);
        Map<SentMessage, String> replies = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Semaphore open = new Semaphore(SESSIONS);
            List<Future<Map<SentMessage, String>>> sessions = new ArrayList<>();
            while (!restarts.isDone()) {
                for (List<SentMessage> messages : sessions()) {
                    open.acquire();
                    int number = sessions.size();
                    sessions.add(threads.submit(() -> {
                        try {
                            return session(messages, number);
                        } finally {
                            open.release();
                        }
                    }));
                }
            }
            restarts.get();
            for (Future<Map<SentMessage, String>> session : sessions) {
                replies.putAll(session.get());
            }
        }
        assertThat(bridges.getLast().signal("TERM").awaitExit()).isZero();

        assertThat(replies).hasSizeGreaterThan(50);
        assertThat(replies.entrySet().stream()
                        .filter(each ->
                                !each.getValue().startsWith(each.getKey().isGenuine() ? "250 " : "550 5.7.26 "))
                        .map(each -> each.getKey().id() + ": " + each.getValue()))
                .as(events())
                .isEmpty();
        DeliveryCounts.checkMailbox(
                postfix,
                replies.keySet().stream().filter(SentMessage::isGenuine).toList(),
                replies.size() + " messages");
        assertThat(decided()).isEqualTo(replies.size());
    }

    /** What Postfix warns of, and what the bridges say of themselves. */
    private String events() throws IOException {
        List<String> lines = new ArrayList<>(
                postfix.log().lines().filter(line -> line.contains("warning: ")).toList());
        for (ServiceProcess bridge : bridges) {
            bridge.lines(" event=").stream()
                    .filter(line -> !line.contains(" event=message "))
                    .forEach(lines::add);
        }
        return String.join("\n", lines);
    }

    /** The messages with a certain result, in sessions of the same client. */
    private List<List<SentMessage>> sessions() {
        Map<String, List<SentMessage>> sessions = new LinkedHashMap<>();
        for (SentMessage message : domains.nextMessages()) {
            if (message.hasCertainEnd()) {
                sessions.computeIfAbsent(message.client() + message.helo(), client -> new ArrayList<>())
                        .add(message);
            }
        }
        return List.copyOf(sessions.values());
    }

    /** Sends messages in one SMTP session. In some sessions the client waits between two messages. */
    private Map<SentMessage, String> session(List<SentMessage> messages, int number) throws Exception {
        Map<SentMessage, String> replies = new LinkedHashMap<>();
        try (SmtpConnection smtp = postfix.inbound()
                .pretend(messages.getFirst().client(), messages.getFirst().helo())) {
            for (SentMessage message : messages) {
                TimeUnit.MILLISECONDS.sleep(number % 4 == 0 ? 1500 : 20);
                replies.put(
                        message,
                        smtp.send(
                                        message.mailFrom(),
                                        List.of(SenderDomains.BOB),
                                        message.octets().toByteArray())
                                .toString());
            }
        }
        return replies;
    }

    /** The number of messages that all processes together have decided. */
    private long decided() throws IOException {
        long decided = 0;
        for (ServiceProcess bridge : bridges) {
            decided += bridge.lines("event=message").size();
        }
        return decided;
    }

    @ParameterizedTest
    @EnumSource
    void aRestartBySigkillLosesAndDoublesNothing(Transport transport) throws Exception {
        startPostfix(transport);
        FutureTask<Void> restarts = new FutureTask<>(() -> restart("KILL", 137), null);
        Thread.ofPlatform().start(restarts);
        int sent = 0;
        try (SendingQueue queue = new SendingQueue(postfix)) {
            while (!restarts.isDone()) {
                List<SentMessage> messages = domains.nextMessages().stream()
                        .filter(SentMessage::hasCertainEnd)
                        .toList();
                queue.send(messages);
                sent += messages.size();
                TimeUnit.MILLISECONDS.sleep(300);
            }
            restarts.get();
            DeliveryCounts.check(queue, postfix, sent);
        }
        assertThat(postfix.log()).contains("4.7.1 Service unavailable");
    }
}
