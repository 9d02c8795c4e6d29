package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WireLimitsTest {
    private static final long MEGABYTE = 1 << 20;

    @Test
    void aSmallHeapHasFewerQueriesThatWait() {
        WireLimits small = WireLimits.ofHeap(64 * MEGABYTE);
        assertThat(small.inFlight()).isEqualTo(512);
        assertThat(small.queueLength()).isEqualTo(512);
        assertThat(small.authorQueueLength()).isEqualTo(1024);
        // What is sent in two ack windows has room, so that answers of a slow server are awaited.
        assertThat(small.inFlight()).isGreaterThan(2 * small.burst());
    }

    @Test
    void aLargeHeapHasNoMoreThanAProcessHasFileDescriptorsFor() {
        assertThat(WireLimits.ofHeap(256 * MEGABYTE).inFlight()).isEqualTo(2048);
        assertThat(WireLimits.ofHeap(8192 * MEGABYTE).inFlight()).isEqualTo(2048);
    }
}
