package org.countersign.reports.send;

import java.util.List;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dmarc.ReportUri;
import org.countersign.syntax.Keyword;

/** The two kinds of reports that are sent. */
enum ReportKind {
    /** RFC 9990. */
    AGGREGATE("rua") {
        @Override
        List<ReportUri> destinations(DmarcRecord record) {
            return record.aggregateReports();
        }
    },
    /** RFC 9991. */
    FAILURE("ruf") {
        @Override
        List<ReportUri> destinations(DmarcRecord record) {
            // RFC 9991 §2: the tag counts for nothing in the record of a public suffix.
            return record.psd() == DmarcRecord.Psd.YES ? List.of() : record.failureReports();
        }
    };

    private final String tag;

    ReportKind(String tag) {
        this.tag = tag;
    }

    /** The tag of a record that names where they go. */
    String tag() {
        return tag;
    }

    /** What this tag of a record says. */
    abstract List<ReportUri> destinations(DmarcRecord record);

    /** The word in the store. */
    String keyword() {
        return Keyword.of(this);
    }

    static ReportKind of(String keyword) {
        return keyword.equals(FAILURE.keyword()) ? FAILURE : AGGREGATE;
    }
}
