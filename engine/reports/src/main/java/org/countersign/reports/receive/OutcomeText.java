package org.countersign.reports.receive;

import java.time.Instant;
import java.time.ZoneOffset;
import org.countersign.reports.document.ReportPeriod;
import org.countersign.syntax.Escapes;

/** The parts of sentences about outcomes. */
final class OutcomeText {
    private static final int MAX_SHOWN = 200;

    private OutcomeText() {}

    static String shown(String text) {
        return text.isEmpty() ? "an unnamed reporter" : Escapes.printable(text, MAX_SHOWN);
    }

    static String report(String reporter, String domain, ReportPeriod period) {
        String begin = day(period.begin());
        // A period may end at the next midnight.
        String end = day(Math.max(period.begin(), period.end() - 1));
        return shown(reporter) + " about " + shown(domain) + ", " + (begin.equals(end) ? begin : begin + " to " + end);
    }

    private static String day(long second) {
        return Instant.ofEpochSecond(second)
                .atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .toString();
    }

    static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }

    static String sender(Authentication authentication) {
        return switch (authentication.state()) {
            case PASS -> "authenticated";
            case NONE -> "not authenticated (" + authentication.detail() + ")";
            case UNKNOWN -> "not known whether authentic (" + authentication.detail() + ")";
            case GIVEN -> "believed, because it was given by hand";
        };
    }
}
