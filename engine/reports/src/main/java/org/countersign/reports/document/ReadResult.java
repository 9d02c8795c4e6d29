package org.countersign.reports.document;

/** What came of reading one report. */
public sealed interface ReadResult {
    /** The report, whose remarks say how it deviates from the format. */
    record Read(AggregateReport report) implements ReadResult {}

    /**
     * It is not a report that can be used.
     *
     * @param detail where or what, in printing US-ASCII; may be empty
     */
    record Refused(Refusal refusal, String detail) implements ReadResult {
        /** The reason in one line. */
        public String describe() {
            return detail.isEmpty() ? refusal.description() : refusal.description() + ": " + detail;
        }
    }
}
