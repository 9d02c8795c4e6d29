package org.countersign.config;

import java.time.Duration;
import java.util.Optional;
import org.countersign.syntax.Ascii;

/** Durations and sizes in the notation of the policy file: a whole number and a unit. */
final class Units {
    // No sensible quantity has more digits, and a long holds every number with so many.
    private static final int MAX_DIGITS = 15;

    private Units() {}

    /** {@code 500ms}, {@code 5s}, {@code 2m}, {@code 1h}, {@code 7d}; the unit is required. */
    static Optional<Duration> parseDuration(String text) {
        int digits = leadingDigits(text);
        long unit = switch (text.substring(digits)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 0;
        };
        return multiply(text, digits, unit).map(Duration::ofMillis);
    }

    /** {@code 1000000} octets, {@code 64KiB}, {@code 32MiB}, {@code 1GiB}. */
    static Optional<Long> parseSize(String text) {
        int digits = leadingDigits(text);
        long unit = switch (text.substring(digits)) {
            case "" -> 1;
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            default -> 0;
        };
        return multiply(text, digits, unit);
    }

    private static int leadingDigits(String text) {
        int digits = 0;
        while (digits < text.length() && Ascii.isDigit(text.charAt(digits))) {
            digits++;
        }
        return digits;
    }

    private static Optional<Long> multiply(String text, int digits, long unit) {
        if (unit == 0 || digits == 0 || digits > MAX_DIGITS) {
            return Optional.empty();
        }
        long number = Long.parseLong(text.substring(0, digits));
        return number > Long.MAX_VALUE / unit ? Optional.empty() : Optional.of(number * unit);
    }

    /** The same duration in the largest unit that divides it. */
    static String renderDuration(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1_000 != 0) {
            return millis + "ms";
        }
        if (millis % 60_000 != 0 || millis == 0) {
            return millis / 1_000 + "s";
        }
        if (millis % 3_600_000 != 0) {
            return millis / 60_000 + "m";
        }
        return millis % 86_400_000 == 0 ? millis / 86_400_000 + "d" : millis / 3_600_000 + "h";
    }

    /** The same size in the largest unit that divides it. */
    static String renderSize(long octets) {
        if (octets == 0 || octets % (1L << 10) != 0) {
            return Long.toString(octets);
        }
        if (octets % (1L << 20) != 0) {
            return (octets >> 10) + "KiB";
        }
        return octets % (1L << 30) == 0 ? (octets >> 30) + "GiB" : (octets >> 20) + "MiB";
    }
}
