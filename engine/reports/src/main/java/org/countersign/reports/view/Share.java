package org.countersign.reports.view;

import java.util.Optional;

/**
 * A part of a whole, in messages.
 *
 * @param part from 0 to {@code whole}
 */
public record Share(long part, long whole) {
    static final Share NONE = new Share(0, 0);

    /** The percentage; empty for a part of nothing, which has none. */
    public Optional<Double> percent() {
        return whole == 0 ? Optional.empty() : Optional.of(100.0 * part / whole);
    }

    /** The tenths of a percent, rounded down, so that only a whole has 1,000; empty for a part of nothing. */
    public Optional<Long> perMille() {
        return whole == 0 ? Optional.empty() : Optional.of((long) Math.floor(1000.0 * part / whole));
    }

    /** The percentage with one decimal, such as {@code 98.7 %}; {@code no data} for a part of nothing. */
    public String text() {
        return perMille().map(tenths -> tenths / 10 + "." + tenths % 10 + " %").orElse("no data");
    }

    /** What is missing to the whole. */
    public long rest() {
        return whole - part;
    }
}
