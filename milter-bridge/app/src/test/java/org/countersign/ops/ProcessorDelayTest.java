package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("uses all processors")
class ProcessorDelayTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000);
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final ProcessorDelay delay = new ProcessorDelay(now::get, waiting::add);

    private void runAfter(long nanos) {
        now.addAndGet(nanos);
        waiting.remove().run();
    }

    private void intervalWithDelay(long nanos) {
        runAfter(nanos);
        delay.endInterval();
    }

    @Test
    void isTheTimeForWhichTwoThreadsInSuccessionWait() {
        assertThat(delay.nanos()).isZero();
        intervalWithDelay(900);
        intervalWithDelay(700);
        assertThat(delay.nanos()).isEqualTo(700);
        intervalWithDelay(0);
        assertThat(delay.nanos()).isZero();
    }

    @Test
    void aSinglePauseOfTheProcessDoesNotCount() {
        intervalWithDelay(5);
        intervalWithDelay(Duration.ofHours(1).toNanos());
        assertThat(delay.nanos()).isEqualTo(5);
        intervalWithDelay(5);
        assertThat(delay.nanos()).isEqualTo(5);
    }

    @Test
    void aThreadThatStillWaitsCounts() {
        intervalWithDelay(900);
        now.addAndGet(800);
        assertThat(delay.nanos()).isEqualTo(800);
        now.addAndGet(800);
        assertThat(delay.nanos()).isEqualTo(900);
    }

    @Test
    void growsWhileTheFirstThreadWaitsWithoutEnd() {
        now.addAndGet(100);
        delay.endInterval();
        now.addAndGet(100);
        delay.endInterval();
        assertThat(delay.nanos()).isEqualTo(200);
        assertThat(waiting).hasSize(1);
        runAfter(0);
        delay.endInterval();
        intervalWithDelay(0);
        assertThat(delay.nanos()).isZero();
    }

    @Test
    @Timeout(60)
    @SuppressWarnings("ThreadPriorityCheck") // as connections do
    void growsWhileVirtualThreadsUseAllProcessors() throws InterruptedException {
        AtomicBoolean end = new AtomicBoolean();
        List<Thread> busy = new ArrayList<>();
        try (ProcessorDelay measured = ProcessorDelay.start()) {
            for (int i = 0; i < 50 * Runtime.getRuntime().availableProcessors(); i++) {
                busy.add(Thread.ofVirtual().start(() -> {
                    while (!end.get()) {
                        long until = System.nanoTime() + Duration.ofMillis(5).toNanos();
                        while (System.nanoTime() < until) {
                            Thread.onSpinWait();
                        }
                        Thread.yield();
                    }
                }));
            }
            while (measured.nanos() < Duration.ofMillis(20).toNanos()) {
                Thread.sleep(10);
            }
        } finally {
            end.set(true);
            for (Thread thread : busy) {
                thread.join();
            }
        }
    }
}
