package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A stranger's mail does not exhaust the heap of the service that reads the mailbox. */
class ReceiveLimitsTest {
    private static final int MIB = 1 << 20;

    @Test
    void aMessageMayHaveASixteenthOfTheHeap() {
        // The virtual machine reports less than -Xmx says.
        assertThat(ReceiveLimits.ofHeap(62L * MIB)).isEqualTo(4 * MIB);
        assertThat(ReceiveLimits.ofHeap(512L * MIB)).isEqualTo(32 * MIB);
        assertThat(ReceiveLimits.ofHeap(0)).isEqualTo(MIB);
        assertThat(ReceiveLimits.ofHeap(Long.MAX_VALUE)).isEqualTo(256 * MIB);
    }

    @Test
    void noSettingExceedsTheHeap() {
        int most = ReceiveLimits.ofHeap(Runtime.getRuntime().maxMemory());
        assertThat(ReceiveLimits.DEFAULT.message()).isEqualTo(Math.min(25 * MIB, most));
        assertThat(ReceiveLimits.DEFAULT.withUnpacked(256L * MIB).unpacked()).isEqualTo(Math.min(256 * MIB, most));
        assertThat(ReceiveLimits.DEFAULT.rows(Integer.MAX_VALUE)).isEqualTo(most / 128);
    }

    @Test
    void aSmallHeapSaysWhatItReadsAndWhichOneReadsAll() {
        // -Xmx64m and -Xmx544m of the serial collector.
        ReceiveCapacity small = new ReceiveCapacity(62L * MIB, 32L * MIB);
        assertThat(small.isReduced()).isTrue();
        assertThat(small.description())
                .isEqualTo("messages up to 4 MiB, and reports up to 4 MiB unpacked with 32,768 rows");
        assertThat(small.option()).isEqualTo("-Xmx544m");

        ReceiveCapacity large = new ReceiveCapacity(526L * MIB, 32L * MIB);
        assertThat(large.isReduced()).isFalse();
        assertThat(large.description())
                .isEqualTo("messages up to 25 MiB, and reports up to 32 MiB unpacked with 200,000 rows");
        // A message of 25 MiB is read whatever the size of reports is.
        assertThat(new ReceiveCapacity(62L * MIB, MIB).option()).isEqualTo("-Xmx425m");
    }
}
