package org.countersign.reports.view;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * A part of a whole, in messages. A percentage is rounded half up to one decimal. Only a whole is 100 %, and only no part
 * is 0 %: a little less than all is {@code 99.9 %}, and a little more than nothing {@code <0.1 %}.
 *
 * @param part from 0 to {@code whole}
 */
public record Share(long part, long whole) {
    static final Share NONE = new Share(0, 0);

    private static final long ALL = 1_000;
    private static final int SCALE = 1;
    // A limit that is missed is missed by at least one of so many messages as a long can count.
    private static final int MAX_SCALE = 22;

    /**
     * The tenths of a percent. Only no part has 0, and only a whole has 1,000; empty for a part of nothing, which has no
     * percentage.
     */
    public Optional<Long> perMille() {
        if (whole == 0) {
            return Optional.empty();
        }
        long rounded = percent(SCALE).unscaledValue().longValueExact();
        if (part == whole) {
            return Optional.of(ALL);
        }
        return Optional.of(part == 0 ? 0 : Math.clamp(rounded, 1, ALL - 1));
    }

    /** The percentage with one decimal and without its sign, such as {@code 98.7}; empty for a part of nothing. */
    public Optional<String> number() {
        boolean almostNone = part > 0 && percent(SCALE).signum() == 0;
        return perMille().map(tenths -> almostNone ? "<0.1" : tenths / 10 + "." + tenths % 10);
    }

    /** The percentage with one decimal, such as {@code 98.7 %}; {@code no data} for a part of nothing. */
    public String text() {
        return number().map(number -> number + " %").orElse("no data");
    }

    /**
     * The percentage next to a limit, with so many decimals that both differ if the limit is missed: {@code 97.96 %} if
     * 98 % are needed.
     *
     * @param limit the tenths of a percent
     */
    String textNextTo(long limit) {
        BigDecimal limiting = BigDecimal.valueOf(limit, SCALE);
        if (whole == 0 || percent(SCALE).compareTo(limiting) != 0) {
            return text();
        }
        boolean exact = isAtLeast(limit) && isAtMost(limit);
        int scale = SCALE;
        while (!exact && scale < MAX_SCALE && percent(scale).compareTo(limiting) == 0) {
            scale++;
        }
        return percent(scale) + " %";
    }

    /** Whether it is so many tenths of a percent or more; true for a part of nothing. */
    boolean isAtLeast(long tenths) {
        return compare(tenths) >= 0;
    }

    /** Whether it is so many tenths of a percent or less; true for a part of nothing. */
    boolean isAtMost(long tenths) {
        return compare(tenths) <= 0;
    }

    private int compare(long tenths) {
        return BigDecimal.valueOf(part)
                .multiply(BigDecimal.valueOf(ALL))
                .compareTo(BigDecimal.valueOf(whole).multiply(BigDecimal.valueOf(tenths)));
    }

    private BigDecimal percent(int scale) {
        return BigDecimal.valueOf(part)
                .movePointRight(2)
                .divide(BigDecimal.valueOf(whole), scale, RoundingMode.HALF_UP);
    }

    /** What is missing to the whole. */
    public long rest() {
        return whole - part;
    }
}
