package org.countersign.reports.view;

import java.util.Locale;

/** Writes numbers of messages for the sentences of a view. */
final class CountText {
    private CountText() {}

    /** A count with a comma between thousands. */
    static String of(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** A count with its noun, such as {@code 1 message} or {@code 1,200 messages}. */
    static String of(long count, String noun) {
        return of(count) + " " + noun + (count == 1 ? "" : "s");
    }
}
