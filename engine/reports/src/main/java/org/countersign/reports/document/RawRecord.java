package org.countersign.reports.document;

import java.util.ArrayList;
import java.util.List;

/** The text of a record, before it is known whether it counts. */
final class RawRecord {
    // The schemas have one. If there are more, the identifiers and results are those of all of them.
    final List<Row> rows = new ArrayList<>();
    String headerFrom = "";
    boolean hasEnvelopeFrom;
    String envelopeFrom = "";
    String envelopeTo = "";
    boolean hasResults;
    final List<ReportedResult> dkimResults = new ArrayList<>();
    final List<ReportedResult> spfResults = new ArrayList<>();

    /** The text of an element {@code row}. */
    static final class Row {
        /** The number of the record, or that of the row if it is not the first one of its record. */
        final int number;

        String sourceIp = "";
        String count = "";
        String disposition = "";
        String dkim = "";
        String spf = "";
        final List<String[]> reasons = new ArrayList<>();

        Row(int number) {
            this.number = number;
        }
    }
}
