package org.countersign.web;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.countersign.reports.view.DomainHistory;

/**
 * The geometry of a chart with a stacked bar for each day. The axis begins at 0. The template writes it as SVG, with a
 * table of the same numbers below.
 *
 * @param id unique in the page
 * @param width of the whole chart, in units of the SVG
 * @param height of the whole chart
 * @param bars one for each day
 * @param ticks of the vertical axis, the lowest first
 * @param labels of the horizontal axis
 */
public record StackedChart(String id, int width, int height, List<Bar> bars, List<Label> ticks, List<Label> labels) {
    private static final int LEFT = 52;
    private static final int RIGHT = 8;
    private static final int TOP = 10;
    private static final int BOTTOM = 26;
    private static final int UNITS_PER_LABEL = 78;
    private static final int GAP_MARK = 3;
    private static final int MAX_TICKS = 5;
    private static final double MAX_BAR = 34;
    private static final double BAR_PART = 0.78;
    private static final double THIN = 4;

    /**
     * The bar of a day.
     *
     * @param hasData whether anything is known of the day
     * @param tip the numbers in words
     */
    public record Bar(double x, double width, boolean hasData, String tip, List<Segment> segments) {}

    /** A part of a bar. */
    public record Segment(String kind, double y, double height) {}

    /** A text at an axis. */
    public record Label(double at, String text) {}

    /** A chart for wide screens. */
    public static StackedChart wide(List<DomainHistory.Day> days) {
        return of("wide", 1080, 270, days);
    }

    /** A chart for telephones: the same numbers, with texts that are large enough there. */
    public static StackedChart narrow(List<DomainHistory.Day> days) {
        return of("narrow", 340, 230, days);
    }

    private static StackedChart of(String id, int width, int height, List<DomainHistory.Day> days) {
        long most = days.stream().mapToLong(DomainHistory.Day::messages).max().orElse(0);
        long step = step(most);
        long top = Math.max(step, (most + step - 1) / step * step);
        double plot = height - TOP - BOTTOM;
        double base = TOP + plot;
        double slot = (double) (width - LEFT - RIGHT) / Math.max(1, days.size());
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < days.size(); i++) {
            // Thin bars have no gaps, which would only be seen as a pattern.
            double bar = slot < THIN ? slot : Math.min(MAX_BAR, slot * BAR_PART);
            bars.add(bar(days.get(i), LEFT + i * slot + (slot - bar) / 2, bar, base, plot / top));
        }
        List<Label> ticks = new ArrayList<>();
        for (long value = 0; value <= top; value += step) {
            ticks.add(new Label(rounded(base - value * plot / top), axisText(value)));
        }
        return new StackedChart(id, width, height, bars, ticks, labels(days, slot, width));
    }

    private static Bar bar(DomainHistory.Day day, double x, double width, double base, double unit) {
        List<Segment> segments = new ArrayList<>();
        double y = base;
        y = stack(segments, "pass", day.passing(), y, unit);
        y = stack(segments, "forwarded", day.forwarded(), y, unit);
        y = stack(segments, "failing", day.knownFailing(), y, unit);
        stack(segments, "unknown", day.unknown(), y, unit);
        if (!day.hasData()) {
            segments.add(new Segment("gap", rounded(base - GAP_MARK), GAP_MARK));
        }
        return new Bar(rounded(x), Math.max(0.5, rounded(width)), day.hasData(), tip(day), segments);
    }

    private static double stack(List<Segment> segments, String kind, long messages, double y, double unit) {
        double height = messages * unit;
        if (messages > 0) {
            segments.add(new Segment(kind, rounded(y - height), rounded(height)));
        }
        return y - height;
    }

    private static String tip(DomainHistory.Day day) {
        return Shown.date(day.date())
                + (day.hasData()
                        ? ": " + Shown.count(day.passing()) + " passed, " + Shown.count(day.forwarded())
                                + " forwarded, " + Shown.count(day.knownFailing()) + " known but failing, "
                                + Shown.count(day.unknown()) + " unknown"
                        : ": no report about this day");
    }

    private static List<Label> labels(List<DomainHistory.Day> days, double slot, int width) {
        int number = Math.max(1, (width - LEFT - RIGHT) / UNITS_PER_LABEL);
        int every = Math.max(1, (days.size() + number - 1) / number);
        List<Label> labels = new ArrayList<>();
        for (int i = days.size() - 1; i >= 0; i -= every) {
            LocalDate date = days.get(i).date();
            double at = LEFT + (i + 0.5) * slot;
            if (at < width - RIGHT - 14 || days.size() == 1) {
                labels.add(new Label(rounded(at), Shown.shortDate(date)));
            }
        }
        return labels;
    }

    /** The distance of ticks: 1, 2 or 5 with zeros. */
    private static long step(long most) {
        long power = 1;
        while (power * 10 * MAX_TICKS < most * 2 && power < Long.MAX_VALUE / 100) {
            power *= 10;
        }
        for (long factor : new long[] {1, 2, 5}) {
            if (power * factor * MAX_TICKS >= most) {
                return power * factor;
            }
        }
        return power * 10;
    }

    private static String axisText(long value) {
        if (value >= 1_000_000) {
            return decimal(value, 1_000_000) + " M";
        }
        return value >= 10_000 ? decimal(value, 1_000) + " k" : Shown.count(value);
    }

    private static String decimal(long value, long unit) {
        long tenths = value * 10 / unit;
        return Shown.count(tenths / 10) + (tenths % 10 == 0 ? "" : "." + tenths % 10);
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
