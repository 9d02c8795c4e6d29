package org.countersign.reports.failure;

/** What came of reading a failure report. */
public sealed interface FailureReadResult {
    /** The report. */
    record Read(ReceivedFailureReport report) implements FailureReadResult {}

    /**
     * The message is no failure report that can be used.
     *
     * @param reason one clause in printing US-ASCII
     */
    record Refused(String reason) implements FailureReadResult {}
}
