package org.countersign.web.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pages and the threads that judge mail do not wait for each other. */
@Timeout(60)
class PageThreadsTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    @Test
    void aPageIsMadeOnAThreadOfTheOperatingSystem() throws Exception {
        // A virtual thread in a query would keep its carrier, which judges mail.
        Thread maker = new PageThreads(1, LONG).make(Thread::currentThread).orElseThrow();
        assertThat(maker.isVirtual()).isFalse();
        assertThat(maker.isDaemon()).isTrue();
    }

    @Test
    void noMorePagesAreMadeAtOnceThanThereAreThreads() throws Exception {
        PageThreads threads = new PageThreads(2, LONG);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<CompletableFuture<Boolean>> visitors = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            visitors.add(CompletableFuture.supplyAsync(() -> make(threads, () -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                Thread.onSpinWait();
                running.decrementAndGet();
            })));
        }
        for (CompletableFuture<Boolean> visitor : visitors) {
            assertThat(visitor.get()).isTrue();
        }
        assertThat(most.get()).isBetween(1, 2);
    }

    private static boolean make(PageThreads threads, Runnable page) {
        try {
            return threads.make(() -> {
                        page.run();
                        return true;
                    })
                    .orElse(false);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void aPageThatTakesTooLongIsNotAwaitedAndOneThatHasNotBegunIsNotMade() throws Exception {
        PageThreads threads = new PageThreads(1, SHORT);
        CountDownLatch released = new CountDownLatch(1);
        AtomicInteger made = new AtomicInteger();
        assertThat(make(threads, () -> await(released))).isFalse();
        for (int i = 0; i < 3; i++) {
            assertThat(make(threads, made::incrementAndGet)).isFalse();
        }
        released.countDown();
        while (!make(threads, () -> {})) {
            Thread.onSpinWait();
        }
        assertThat(made.get()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatAPageThrowsIsThrown() {
        assertThatThrownBy(() -> new PageThreads(1, LONG).make(() -> {
                    throw new IllegalStateException("broken");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
    }
}
