package org.countersign.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What shares of a budget add up to. */
class MemoryBudgetProperties {
    private static final int SHARES = 5;

    @Property
    void theBudgetIsWhatItsSharesTakeAndIsEmptyWhenTheyAreClosed(
            @ForAll @Size(max = 60) List<@IntRange(max = 400_000) Integer> steps,
            @ForAll @IntRange(min = 1, max = 1_000_000) int limit) {
        MemoryBudget budget = new MemoryBudget(limit);
        List<MemoryBudget.Share> shares = new ArrayList<>();
        long[] held = new long[SHARES];
        for (int i = 0; i < SHARES; i++) {
            shares.add(budget.open());
        }
        for (int i = 0; i < steps.size(); i++) {
            int step = steps.get(i);
            int share = step % SHARES;
            if (step % 7 == 0) {
                shares.get(share).release();
                held[share] = 0;
            } else if (shares.get(share).take(step)) {
                held[share] += step;
            }
            assertThat(budget.used())
                    .isEqualTo(java.util.Arrays.stream(held).sum())
                    .isLessThanOrEqualTo(limit);
        }
        shares.forEach(MemoryBudget.Share::close);
        shares.forEach(MemoryBudget.Share::close);
        assertThat(budget.used()).isZero();
        assertThat(shares).noneMatch(share -> share.take(1));
        assertThat(budget.used()).isZero();
    }

    /** However many messages with large headers, or large DNS answers, are held for as long as their senders like. */
    @Property
    void sharesAboveTheOrdinarySizeLeaveAQuarterToOrdinaryOnes(
            @ForAll @Size(min = 1, max = 300) List<@IntRange(min = 131_073, max = 2_000_000) Integer> others) {
        MemoryBudget budget = new MemoryBudget(32 << 20);
        for (int octets : others) {
            MemoryBudget.Share share = budget.open();
            for (int taken = 0; taken < octets; taken += 30_000) {
                if (!share.take(Math.min(30_000, octets - taken))) {
                    share.close();
                }
            }
        }
        assertThat(budget.used()).isLessThanOrEqualTo(24 << 20);
        for (int i = 0; i < 128; i++) {
            assertThat(budget.open().take(64 << 10)).isTrue();
        }
    }

    @Example
    void theSecondHalfIsForSharesThatAreSmall() {
        MemoryBudget budget = new MemoryBudget(4 << 20);
        MemoryBudget.Share large = budget.open();
        while (large.take(64 << 10)) {
            assertThat(budget.used()).isLessThanOrEqualTo(2 << 20);
        }
        assertThat(budget.used()).isEqualTo(2 << 20);

        int ordinary = 0;
        while (budget.open().take(64 << 10)) {
            ordinary++;
        }
        assertThat(ordinary).isEqualTo(32);
        assertThat(budget.refusals()).isEqualTo(2);
    }

    @Example
    void aLowerLimitLetsNothingInUntilSharesHaveEnded() {
        MemoryBudget budget = new MemoryBudget(1000);
        MemoryBudget.Share first = budget.open();
        assertThat(first.take(800)).isTrue();
        budget.setLimit(500);
        assertThat(budget.open().take(1)).isFalse();
        first.close();
        assertThat(budget.open().take(500)).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> budget.setLimit(0));
    }

    @Example
    void threadsThatReserveAndCloseConcurrentlyReleaseEverything() throws InterruptedException {
        MemoryBudget budget = new MemoryBudget(10_000);
        for (int round = 0; round < 200; round++) {
            MemoryBudget.Share share = budget.open();
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        start.await();
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    boolean unused = share.take(100);
                }));
            }
            threads.add(Thread.ofVirtual().start(share::close));
            start.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(budget.used()).isZero();
        }
    }
}
