package org.countersign.web.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pages and the threads that judge mail do not wait for each other. */
@Timeout(240)
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
    void noMorePagesAreMadeAtOnceThanThereAreThreads() {
        PageThreads threads = new PageThreads(2, SHORT);
        CountDownLatch released = new CountDownLatch(1);
        occupy(threads, 2, released);
        assertThat(make(threads, () -> {})).isFalse();
        released.countDown();
    }

    /** Begins pages that end when they are released, although nobody waits for them so long. */
    private static void occupy(PageThreads threads, int pages, CountDownLatch released) {
        CountDownLatch begun = new CountDownLatch(pages);
        while (begun.getCount() > 0) {
            // On a busy machine a page may not have begun when its time is over. Then it is not made.
            assertThat(make(threads, () -> {
                        begun.countDown();
                        await(released);
                    }))
                    .isFalse();
        }
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
    void aPageThatTakesTooLongIsNotAwaitedAndOneThatHasNotBegunIsNotMade() {
        PageThreads threads = new PageThreads(1, SHORT);
        CountDownLatch released = new CountDownLatch(1);
        AtomicInteger made = new AtomicInteger();
        occupy(threads, 1, released);
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
