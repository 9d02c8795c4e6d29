package org.countersign.james;

import static org.countersign.james.InboundFixture.BOB;
import static org.countersign.james.InboundFixture.SENDER;
import static org.countersign.james.InboundFixture.octets;
import static org.countersign.james.InboundFixture.sampleMessage;
import static org.countersign.james.InboundFixture.signed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.countersign.testing.SmtpConnection;
import org.countersign.testing.ZoneServer;

/**
 * Measures the number of signed messages per second that James processes, alternately with and without the hook, all on
 * one machine. The results are in the README.
 */
final class HookThroughput {
    private static final int CONNECTIONS = 16;
    private static final int ROUNDS = 3;
    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration MEASURED = Duration.ofSeconds(15);
    private static final Pattern HOOK = Pattern.compile("(?s)<handler class=\"org.countersign.*?</handler>");

    private HookThroughput() {}

    @SuppressWarnings("SystemOut") // prints the measurement
    public static void main(String[] arguments) throws Exception {
        try (ZoneServer dns = ZoneServer.start(InboundFixture.zone())) {
            int port = dns.address().getPort();
            for (int round = 0; round < ROUNDS; round++) {
                double without = messagesPerSecond(false, port);
                double with = messagesPerSecond(true, port);
                System.out.printf(
                        "without the hook %.0f/s, with it %.0f/s, ratio %.2f%n", without, with, with / without);
            }
        }
    }

    private static double messagesPerSecond(boolean hooked, int dnsPort) throws Exception {
        Path directory = Files.createTempDirectory("james");
        StockJames.prepare(directory);
        if (!hooked) {
            StockJames.edit(
                    directory.resolve("conf/smtpserver.xml"),
                    text -> HOOK.matcher(text).replaceFirst(""));
        }
        // Stored messages would soon exceed the memory.
        StockJames.edit(
                directory.resolve("conf/mailetcontainer.xml"),
                text -> StockJames.swap(text, "class=\"ToRepository\"", "class=\"Null\""));
        try (StockJames james = StockJames.start(directory, dnsPort).awaitStart()) {
            send(james, WARM_UP);
            return (double) send(james, MEASURED) / MEASURED.toSeconds();
        }
    }

    private static long send(StockJames james, Duration howLong) throws Exception {
        byte[] message = octets(signed(sampleMessage("ada@sender.example") + ("x".repeat(70) + "\r\n").repeat(100)));
        LongAdder sent = new LongAdder();
        List<Future<?>> clients = new ArrayList<>();
        long end = System.nanoTime() + howLong.toNanos();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(threads.submit(() -> {
                    try (SmtpConnection smtp = james.from(SENDER, "mail.sender.example")) {
                        while (System.nanoTime() < end) {
                            if (smtp.send("news@sender.example", List.of(BOB), message)
                                            .code()
                                    != 250) {
                                throw new IllegalStateException("a message was refused");
                            }
                            sent.increment();
                        }
                    }
                    return null;
                }));
            }
        }
        for (Future<?> client : clients) {
            client.get();
        }
        return sent.sum();
    }
}
