package org.countersign.milter.session;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.countersign.milter.wire.MilterReply;

/**
 * Sends PROGRESS from time to time until it is stopped, so that a mail server's timer does not run out while
 * the DNS is slow. Stopping waits for one that is being sent: nothing follows the final reply.
 */
final class ProgressPulse {
    private final CountDownLatch finished = new CountDownLatch(1);
    private final CountDownLatch silent = new CountDownLatch(1);
    private final ReplyChannel replies;
    private final Duration interval;

    private ProgressPulse(ReplyChannel replies, Duration interval) {
        this.replies = replies;
        this.interval = interval;
    }

    static ProgressPulse start(ReplyChannel replies, Duration interval) {
        ProgressPulse pulse = new ProgressPulse(replies, interval);
        Thread.ofVirtual().name("milter-progress").start(pulse::beat);
        return pulse;
    }

    private void beat() {
        try {
            while (!finished.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                replies.send(List.of(new MilterReply.Progress()));
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
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
