package org.countersign.reports.collect;

/** The names in the store under which something is noted about a day: each of these texts, and the number of the day. */
public final class DayMarks {
    /** That its reports are planned. */
    public static final String PLANNED = "planned-";
    /** How many messages were counted after that, so that no report has them. */
    public static final String LATE = "late-";

    private DayMarks() {}
}
