package org.countersign.milter.session;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.ReplyText;

/**
 * Sends PROGRESS from time to time while a message is decided about, so that a mail server's timer does not run out
 * while the DNS is slow. It stops when there is a decision. If the time for the decision is over first, it defers the
 * message and interrupts the thread that decides, so that no mail server waits forever. Stopping waits for a reply that
 * is being sent: nothing follows the final one.
 */
final class ProgressSender {
    private static final System.Logger LOG = System.getLogger(ProgressSender.class.getName());
    private static final MilterReply DEFERRED = new MilterReply.ReplyCode(
            ReplyText.of(451, "4.3.0", "The message could not be checked in time, try again"));

    private final CountDownLatch finished = new CountDownLatch(1);
    private final CountDownLatch silent = new CountDownLatch(1);
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final ReplyChannel replies;
    private final Duration interval;
    private final Duration timeout;
    private final String queueId;
    private final Thread deciding;
    private volatile boolean deferred;

    private ProgressSender(ReplyChannel replies, Duration interval, Duration timeout, String queueId, Thread deciding) {
        this.replies = replies;
        this.interval = interval;
        this.timeout = timeout;
        this.queueId = queueId;
        this.deciding = deciding;
    }

    /**
     * Begins to send.
     *
     * @param timeout how long this thread may take to decide
     * @param queueId the mail server's name for the message, for the log
     */
    static ProgressSender start(ReplyChannel replies, Duration interval, Duration timeout, String queueId) {
        ProgressSender pulse = new ProgressSender(replies, interval, timeout, queueId, Thread.currentThread());
        Thread.ofVirtual().name("milter-progress").start(pulse::beat);
        return pulse;
    }

    private void beat() {
        long end = System.nanoTime() + timeout.toNanos();
        try {
            while (!finished.await(Math.min(interval.toNanos(), end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                if (end - System.nanoTime() > 0) {
                    replies.send(List.of(new MilterReply.Progress()));
                } else {
                    defer();
                    return;
                }
            }
        } catch (IOException gone) {
            // The final reply will meet the same trouble, on the thread that has to deal with it.
            return;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            silent.countDown();
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
                Map.entry("problem", "there was no decision about the message in time, so it was deferred (451)"));
        try {
            replies.send(List.of(DEFERRED));
        } finally {
            deciding.interrupt();
        }
    }

    /** Whether the caller is the one to send the final reply; true for the first who asks. */
    boolean claimReply() {
        return claimed.compareAndSet(false, true);
    }

    /** Once stopped: whether the message was deferred, so that no reply is due any more. */
    boolean hasDeferred() {
        return deferred;
    }

    void stop() {
        finished.countDown();
        boolean interrupted = false;
        while (true) {
            try {
                silent.await();
                break;
            } catch (InterruptedException again) {
                // A write that hangs ends when the server closes the connection.
                interrupted = true;
            }
        }
        if (deferred) {
            // The interrupt was for the decision. The connection serves the next message.
            Thread.interrupted();
        } else if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
