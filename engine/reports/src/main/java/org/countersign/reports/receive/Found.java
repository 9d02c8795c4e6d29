package org.countersign.reports.receive;

import java.util.List;
import org.countersign.reports.document.AggregateReport;
import org.countersign.reports.failure.ReceivedFailureReport;

/** What was found in a message or a file. Names are printable. */
sealed interface Found {
    /** The name of the file, of the member of an archive or of the part. */
    String name();

    /**
     * An aggregate report.
     *
     * @param origin the message that it came in
     * @param remarks how the report and its message deviate from the format, each in one line
     */
    record Aggregate(String name, Origin origin, AggregateReport report, List<String> remarks) implements Found {
        public Aggregate {
            remarks = List.copyOf(remarks);
        }
    }

    /** A failure report. */
    record Failure(String name, Origin origin, ReceivedFailureReport report) implements Found {}

    /**
     * What should have been a report.
     *
     * @param reason one clause in printing US-ASCII
     * @param octets its size
     */
    record Unusable(String name, Origin origin, String reason, long octets) implements Found {}

    /**
     * What is no report of DMARC.
     *
     * @param what it is, in a few words
     */
    record LeftAlone(String name, String what) implements Found {}
}
