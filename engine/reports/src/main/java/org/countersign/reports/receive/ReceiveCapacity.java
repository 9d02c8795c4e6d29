package org.countersign.reports.receive;

import java.util.Locale;
import org.countersign.reports.document.ReadLimits;

/**
 * How large the reports are that a process with a certain heap reads. One message must not exhaust the heap, so a small heap
 * refuses reports that the settings allow.
 *
 * @param heap the maximum size of the heap in octets
 * @param wanted the size of a report that the settings allow, in octets
 */
public record ReceiveCapacity(long heap, long wanted) {
    private static final int MIB = 1 << 20;

    private int most() {
        return ReceiveLimits.ofHeap(heap);
    }

    /** Whether the heap is smaller than the settings, the size of a message and the number of rows need. */
    public boolean isReduced() {
        return most() < needed();
    }

    private long needed() {
        long rows = (long) ReadLimits.DEFAULT.maxRows() * ReceiveLimits.OCTETS_OF_A_ROW;
        return Math.max(Math.max(wanted, ReceiveLimits.MAX_MESSAGE), rows);
    }

    /** What is read, as a clause. */
    public String description() {
        return String.format(
                Locale.ROOT,
                "messages up to %d MiB, and reports up to %d MiB unpacked with %,d rows",
                Math.min(most(), ReceiveLimits.MAX_MESSAGE) / MIB,
                Math.min(most(), wanted) / MIB,
                Math.min(most() / ReceiveLimits.OCTETS_OF_A_ROW, ReadLimits.DEFAULT.maxRows()));
    }

    /** The option of the virtual machine with which everything is read that the settings allow. */
    public String option() {
        // The virtual machine reports a sixteenth less than the option says.
        long mib = (needed() + MIB - 1) / MIB * (ReceiveLimits.HEAP_SHARE + 1);
        return "-Xmx" + mib + "m";
    }
}
