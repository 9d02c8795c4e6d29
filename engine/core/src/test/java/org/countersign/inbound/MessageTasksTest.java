package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class MessageTasksTest {
    // No test with it has a task that does not end.
    private final MessageTasks tasks = new MessageTasks(Duration.ofMinutes(2));
    private final AtomicInteger alive = new AtomicInteger();
    private final CountDownLatch never = new CountDownLatch(1);

    private void startWaiting() {
        alive.incrementAndGet();
        tasks.execute(() -> {
            try {
                never.await();
            } catch (InterruptedException ended) {
                // Its work is given up.
            } finally {
                alive.decrementAndGet();
            }
        });
    }

    @Test
    void afterTheEndOfAMessageNoTaskOfItIsAlive() {
        for (int i = 0; i < 1_000; i++) {
            startWaiting();
        }
        tasks.close();
        assertThat(alive).hasValue(0);
    }

    @Test
    void aTaskThatDoesNotEndKeepsTheConnectionForASecondOnly() {
        Semaphore later = new Semaphore(0);
        MessageTasks impatient = new MessageTasks();
        impatient.execute(later::acquireUninterruptibly);
        while (!later.hasQueuedThreads()) {
            Thread.onSpinWait();
        }
        impatient.close();
        assertThat(later.hasQueuedThreads()).isTrue();
        later.release();
    }

    @Test
    void anInterruptOfTheConnectionStaysSet() {
        startWaiting();
        Thread.currentThread().interrupt();
        tasks.close();
        assertThat(Thread.interrupted()).isTrue();
    }
}
