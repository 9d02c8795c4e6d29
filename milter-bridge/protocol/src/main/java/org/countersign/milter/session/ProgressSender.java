package org.countersign.milter.session;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.ReplyText;

/**
 * Sends PROGRESS at regular intervals during a decision, so that the mail server does not time out while the DNS is
 * slow. It stops when there is a decision. If the decision takes too long, it defers the message and interrupts the
 * deciding thread. {@link #stop} waits for a reply that is being sent, so that nothing follows the final reply.
 */
final class ProgressSender {
    private static final System.Logger LOG = System.getLogger(ProgressSender.class.getName());
    private static final MilterReply DEFERRED = new MilterReply.ReplyCode(
            ReplyText.of(451, "4.3.0", "The message could not be checked in time, try again"));

    private final CountDownLatch finished = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final ReplyChannel replies;
    private final Duration interval;
    private final Duration timeout;
    private final String queueId;
    private final Thread deciding;
    private final LongSupplier nanoTime;
    private volatile boolean deferred;

    private ProgressSender(
            ReplyChannel replies,
            Duration interval,
            Duration timeout,
            String queueId,
            Thread deciding,
            LongSupplier nanoTime) {
        this.replies = replies;
        this.interval = interval;
        this.timeout = timeout;
        this.queueId = queueId;
        this.deciding = deciding;
        this.nanoTime = nanoTime;
    }

    /**
     * Starts to send.
     *
     * @param timeout the time limit for the decision of this thread
     * @param queueId the queue id of the message, for the log
     */
    static ProgressSender start(ReplyChannel replies, Duration interval, Duration timeout, String queueId) {
        return start(replies, interval, timeout, queueId, System::nanoTime);
    }

    /**
     * Starts to send, with a given clock for the time limit.
     *
     * @param nanoTime a clock in nanoseconds, such as {@link System#nanoTime}
     */
    static ProgressSender start(
            ReplyChannel replies, Duration interval, Duration timeout, String queueId, LongSupplier nanoTime) {
        ProgressSender sender =
                new ProgressSender(replies, interval, timeout, queueId, Thread.currentThread(), nanoTime);
        Thread.ofVirtual().name("milter-progress").start(sender::run);
        return sender;
    }

    private void run() {
        long end = nanoTime.getAsLong() + timeout.toNanos();
        try {
            while (!finished.await(Math.min(interval.toNanos(), end - nanoTime.getAsLong()), TimeUnit.NANOSECONDS)) {
                if (end - nanoTime.getAsLong() > 0) {
                    replies.send(List.of(new MilterReply.Progress()));
                } else {
                    defer();
                    return;
                }
            }
        } catch (IOException gone) {
            // The final reply will fail too, on the thread that handles it.
            return;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
    }

    private void defer() throws IOException {
        if (!claimReply()) {
            return;
        }
        deferred = true;
        LOG.log(
                System.Logger.Level.WARNING,
                "decision-timeout",
                Map.entry("queue-id", queueId),
                Map.entry("seconds", timeout.toSeconds()),
                Map.entry("problem", "the decision took too long, so the message was deferred (451)"));
        try {
            replies.send(List.of(DEFERRED));
        } finally {
            deciding.interrupt();
        }
    }

    /** Claims the right to send the final reply; true for the first caller only. */
    boolean claimReply() {
        return claimed.compareAndSet(false, true);
    }

    /** Whether the message was deferred, so that the final reply has been sent. Call it after {@link #stop}. */
    boolean hasDeferred() {
        return deferred;
    }

    /** Stops sending, and waits until no reply is being sent. */
    void stop() {
        finished.countDown();
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException again) {
                // A blocked write ends when the server closes the connection.
                interrupted = true;
            }
        }
        if (deferred) {
            // The interrupt was meant for the decision only; the connection continues with the next message.
            Thread.interrupted();
        } else if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
