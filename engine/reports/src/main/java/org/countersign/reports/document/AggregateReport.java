package org.countersign.reports.document;

import java.util.List;

/**
 * An aggregate report as it was read. All its text is of a stranger: it has no control characters and is at most 4,096
 * characters long. What the report lacks is empty text.
 *
 * @param orgName the name that the reporter gives itself; the domain of the address if it gives none
 * @param email without angle brackets
 * @param reportId any text
 * @param error what the reporter says about the policy record; several are joined by {@code ; }
 * @param rows without those that are left out or count no message
 * @param messages the sum over the rows
 * @param leftOut the number of rows that are left out, each of which is in a remark
 * @param remarks in the order found, at most 100 different ones
 */
public record AggregateReport(
        ReportSchema schema,
        String orgName,
        String email,
        String extraContactInfo,
        String reportId,
        ReportPeriod period,
        String error,
        String generator,
        PolicyPublished policy,
        List<ReportedRow> rows,
        long messages,
        long leftOut,
        List<Remark> remarks) {

    public AggregateReport {
        rows = List.copyOf(rows);
        remarks = List.copyOf(remarks);
    }

    AggregateReport withRemarks(List<Remark> all) {
        return new AggregateReport(
                schema,
                orgName,
                email,
                extraContactInfo,
                reportId,
                period,
                error,
                generator,
                policy,
                rows,
                messages,
                leftOut,
                all);
    }
}
