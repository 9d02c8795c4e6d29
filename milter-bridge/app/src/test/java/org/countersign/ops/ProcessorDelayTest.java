package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("uses all processors")
class ProcessorDelayTest {
    private static final long INTERVAL = Duration.ofMillis(250).toNanos();

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000);
    private final ProcessorDelay delay = new ProcessorDelay(now::get);

    private void wakeUpLateBy(long nanos) {
        now.addAndGet(INTERVAL + nanos);
        delay.wakeUp();
    }

    @Test
    void isTheTimeByWhichTwoIntervalsInSuccessionEndLate() {
        assertThat(delay.nanos()).isZero();
        wakeUpLateBy(900);
        wakeUpLateBy(700);
        assertThat(delay.nanos()).isEqualTo(700);
        wakeUpLateBy(0);
        assertThat(delay.nanos()).isZero();
    }

    @Test
    void aSinglePauseOfTheProcessDoesNotCount() {
        wakeUpLateBy(5);
        wakeUpLateBy(Duration.ofHours(1).toNanos());
        assertThat(delay.nanos()).isEqualTo(5);
        wakeUpLateBy(5);
        assertThat(delay.nanos()).isEqualTo(5);
    }

    @Test
    void anIntervalThatHasNotEndedCountsWhenItIsLate() {
        wakeUpLateBy(900);
        now.addAndGet(INTERVAL + 800);
        assertThat(delay.nanos()).isEqualTo(800);
        now.addAndGet(800);
        assertThat(delay.nanos()).isEqualTo(900);
    }

    @Test
    @Timeout(240)
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
                        // As connections do that wait for the next part of a message.
                        LockSupport.parkNanos(1);
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
