package org.countersign.reports.receive;

import java.util.List;
import org.countersign.reports.document.ReportPeriod;

/**
 * What became of one thing in a message or a file.
 *
 * <p>All text is printable US-ASCII in one line, except for that of reports: it may have any character that XML allows.
 */
public sealed interface Outcome {
    /** The name of the file, of the member of an archive or of the part. */
    String name();

    /** One line for people, without the name. */
    String describe();

    /**
     * An aggregate report is in the store.
     *
     * @param reporter the Author Domain if the report is authenticated, else what it calls its reporter
     * @param domain the policy domain
     * @param messages how many messages it counts
     * @param rows how many rows it has
     * @param authentication who sent it
     * @param replaced whether an earlier report of the same id and period was replaced
     * @param remarks how it deviates from the format
     */
    record Stored(
            String name,
            String reporter,
            String reportId,
            String domain,
            ReportPeriod period,
            long messages,
            int rows,
            Authentication authentication,
            boolean replaced,
            List<String> remarks)
            implements Outcome {
        public Stored {
            remarks = List.copyOf(remarks);
        }

        @Override
        public String describe() {
            String text = OutcomeText.report(reporter, domain, period) + ", " + OutcomeText.count(messages, "message")
                    + ", " + OutcomeText.sender(authentication);
            text += replaced ? ", in place of an earlier one" : "";
            return remarks.isEmpty() ? text : text + ", " + OutcomeText.count(remarks.size(), "remark");
        }
    }

    /** The report is in the store already, so it was dropped. */
    record Duplicate(String name, String reporter, String domain, ReportPeriod period) implements Outcome {
        @Override
        public String describe() {
            return OutcomeText.report(reporter, domain, period) + ", which is there already";
        }
    }

    /**
     * A failure report is in the store.
     *
     * @param reporter the Author Domain if the report is authenticated, else what it calls its reporter
     * @param domain the domain that the report is about
     * @param incidents how many messages it stands for
     */
    record FailureStored(String name, String reporter, String domain, long incidents, Authentication authentication)
            implements Outcome {
        @Override
        public String describe() {
            return OutcomeText.shown(reporter) + " about " + OutcomeText.shown(domain) + ", "
                    + OutcomeText.count(incidents, "failure") + ", " + OutcomeText.sender(authentication);
        }
    }

    /**
     * It is refused, and noted with the reason.
     *
     * @param kind of the reason
     * @param reason one clause
     */
    record Refused(String name, RefusalKind kind, String reason) implements Outcome {
        @Override
        public String describe() {
            return reason;
        }
    }

    /** One of our own reports, which came back: its address gets no reports for a time. */
    record Returned(String name) implements Outcome {
        @Override
        public String describe() {
            return "one of our own reports, which came back";
        }
    }

    /**
     * It is no report of DMARC, and was left alone.
     *
     * @param what it is
     */
    record LeftAlone(String name, String what) implements Outcome {
        @Override
        public String describe() {
            return what;
        }
    }
}
