package org.countersign.ops.log;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.countersign.ops.system.SendResult;
import org.countersign.ops.system.UnixDatagramSender;

/**
 * Sends each line as a datagram to syslog or the journal. A line that cannot be sent is tried again for a short time, in
 * which a receiver can restart. After that, lines are lost without waiting until one is sent.
 */
final class DatagramSink implements LogSink {
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long FIRST_PAUSE_MILLIS = 1;
    private static final long MAX_PAUSE_MILLIS = 100;
    // What every receiver takes (RFC 3164 §4.1).
    private static final int SHORT_DATAGRAM = 1_024;

    private final UnixDatagramSender sender;
    private final String name;
    private final Duration patience;
    private boolean lost;

    DatagramSink(String address, Duration patience) {
        this.sender = UnixDatagramSender.to(address);
        this.name = address;
        this.patience = patience;
    }

    @Override
    public Optional<String> write(String line) {
        byte[] datagram = line.getBytes(StandardCharsets.US_ASCII);
        long begun = System.nanoTime();
        long pause = FIRST_PAUSE_MILLIS;
        Optional<String> problem = send(datagram);
        while (problem.isPresent() && !lost && System.nanoTime() - begun < patience.toNanos() && sleep(pause)) {
            pause = Math.min(2 * pause, MAX_PAUSE_MILLIS);
            problem = send(datagram);
        }
        lost = problem.isPresent();
        return problem;
    }

    private Optional<String> send(byte[] datagram) {
        return switch (sender.send(datagram)) {
            case SendResult.Sent sent -> Optional.empty();
            case SendResult.WouldBlock full ->
                Optional.of(name + " takes no more lines: its reader does not read: restart the service that reads it");
            case SendResult.Unreachable(String reason) ->
                Optional.of(name + " cannot be reached: " + reason
                        + ": start the service that reads it, or correct log.socket or log.to");
            case SendResult.TooLong tooLong ->
                datagram.length > SHORT_DATAGRAM
                        ? send(Arrays.copyOf(datagram, SHORT_DATAGRAM))
                        : Optional.of(name + " takes no lines of " + datagram.length + " octets");
        };
    }

    private static boolean sleep(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        sender.close();
    }
}
