package org.countersign.reports.collect;

/** What the store notes of a day under a name: a text for each kind of note, and the number of the day. */
public enum DayMark {
    /** That the reports of the day are planned. */
    PLANNED("planned-"),
    /** How many messages were counted after that, so that no report has them. */
    LATE("late-");

    private final String prefix;

    DayMark(String prefix) {
        this.prefix = prefix;
    }

    /** What the names of all days begin with. */
    public String prefix() {
        return prefix;
    }

    /**
     * The name of a day.
     *
     * @param day since 1970-01-01
     */
    public String of(long day) {
        return prefix + day;
    }
}
