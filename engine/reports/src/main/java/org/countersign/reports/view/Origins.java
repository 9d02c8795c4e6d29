package org.countersign.reports.view;

/** Which rows of the sums count, as a list for SQL. */
final class Origins {
    private Origins() {}

    static String of(ViewPeriod period) {
        return of(period.unauthenticated());
    }

    static String of(boolean unauthenticated) {
        return unauthenticated ? "'r', 's', 'u'" : "'r', 's'";
    }
}
