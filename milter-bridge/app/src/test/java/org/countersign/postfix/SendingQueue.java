package org.countersign.postfix;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.countersign.testing.SmtpConnection;

/**
 * The queue of a mail server that sends to Postfix. It retries a deferred message, or one whose connection broke,
 * until the message is delivered or rejected.
 */
final class SendingQueue implements AutoCloseable {
    private static final int CONNECTIONS = 32;
    private static final Duration BACKOFF = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** The state of a message. */
    enum Status {
        DELIVERED,
        REFUSED,
        DEFERRED
    }

    private record Entry(SentMessage message, Future<Status> end) {}

    private final PostfixInstance postfix;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore connections = new Semaphore(CONNECTIONS);
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, String> lastReplies = new ConcurrentHashMap<>();
    private volatile boolean lastAttempts;

    SendingQueue(PostfixInstance postfix) {
        this.postfix = postfix;
    }

    void send(List<SentMessage> messages) {
        for (SentMessage message : messages) {
            entries.add(new Entry(message, threads.submit(() -> untilDecided(message))));
        }
    }

    /** All messages in the order of {@link #send}. */
    List<SentMessage> sent() {
        return entries.stream().map(Entry::message).toList();
    }

    /** Waits until all messages of a kind are delivered or refused. */
    void await(Predicate<SentMessage> kind) throws InterruptedException {
        for (Entry entry : entries) {
            if (kind.test(entry.message)) {
                status(entry);
            }
        }
    }

    /**
     * Waits for the messages with a certain result, then retries the others once, and leaves them deferred.
     */
    void finish() throws InterruptedException {
        await(SentMessage::hasCertainEnd);
        lastAttempts = true;
        await(message -> true);
    }

    /** The messages with this status after {@link #finish()}. */
    List<SentMessage> with(Status status) throws InterruptedException {
        List<SentMessage> found = new ArrayList<>();
        for (Entry entry : entries) {
            if (status(entry) == status) {
                found.add(entry.message);
            }
        }
        return List.copyOf(found);
    }

    /** The messages delivered so far. */
    List<SentMessage> deliveredNow() {
        return entries.stream()
                .filter(entry -> entry.end.state() == Future.State.SUCCESS)
                .filter(entry -> entry.end.resultNow() == Status.DELIVERED)
                .map(Entry::message)
                .toList();
    }

    /** The last reply to each message so far, or the error of its connection. */
    String lastReplies() {
        return entries.stream()
                .map(Entry::message)
                .map(message -> message.id() + " " + message.expected() + ": "
                        + lastReplies.getOrDefault(message.id(), "not tried"))
                .collect(Collectors.joining("\n"));
    }

    private Status status(Entry entry) throws InterruptedException {
        try {
            return entry.end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("no end for " + entry.message.id() + "; last replies:\n" + lastReplies(), late);
        } catch (ExecutionException failed) {
            throw new AssertionError("no end for " + entry.message.id(), failed);
        }
    }

    private Status untilDecided(SentMessage message) throws InterruptedException {
        while (true) {
            boolean last = lastAttempts;
            Status status = attempt(message);
            if (status != Status.DEFERRED || last) {
                return status;
            }
            TimeUnit.MILLISECONDS.sleep(BACKOFF.toMillis());
        }
    }

    private Status attempt(SentMessage message) throws InterruptedException {
        connections.acquire();
        try (SmtpConnection smtp = postfix.inbound().pretend(message.client(), message.helo())) {
            SmtpConnection.Reply reply = smtp.send(
                    message.mailFrom(),
                    List.of(SenderDomains.BOB),
                    message.octets().toByteArray());
            lastReplies.put(message.id(), reply.toString());
            if (reply.isPositive()) {
                return Status.DELIVERED;
            }
            return reply.code() < 500 ? Status.DEFERRED : Status.REFUSED;
        } catch (IOException broken) {
            lastReplies.put(message.id(), broken.toString());
            return Status.DEFERRED;
        } finally {
            connections.release();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
