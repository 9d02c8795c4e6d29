package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.countersign.smtp.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class MemoryWatchTest {
    @Test
    void tellsOnceOfAllThatWasRefusedMeanwhile() throws InterruptedException {
        MemoryBudget memory = new MemoryBudget(1000);
        BlockingQueue<MemoryWatch.Shortage> told = new LinkedBlockingQueue<>();
        MemoryBudget.Share share = memory.open();
        assertThat(share.take(500)).isTrue();
        try (MemoryWatch watch = MemoryWatch.start(memory, told::add)) {
            for (int i = 0; i < 3; i++) {
                assertThat(share.take(600)).isFalse();
            }
            List<MemoryWatch.Shortage> all = new ArrayList<>();
            long refused = 0;
            while (refused < 3) {
                MemoryWatch.Shortage shortage = told.take();
                all.add(shortage);
                refused += shortage.refused();
                // The rest, should the watch have looked in the middle, comes with the next look.
                boolean unused = watch.look();
            }
            assertThat(refused).isEqualTo(3);
            assertThat(all).allSatisfy(shortage -> {
                assertThat(shortage.used()).isEqualTo(500);
                assertThat(shortage.limit()).isEqualTo(1000);
            });
            assertThat(watch.look()).isFalse();
        }
    }
}
