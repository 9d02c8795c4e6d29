package org.countersign.reports.document;

/**
 * How large a document may be. The other bounds of the reader are fixed.
 *
 * @param maxOctets the size in octets, unpacked
 * @param maxRows the number of records, those of several reports in one document together
 */
public record ReadLimits(long maxOctets, int maxRows) {
    /** 32 MiB and 200,000 records. */
    public static final ReadLimits DEFAULT = new ReadLimits(32L << 20, 200_000);
}
