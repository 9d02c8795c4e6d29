package org.countersign.web;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.countersign.reports.view.Share;

/** Values as text for people. Templates call it, and escape what it returns. */
public final class Shown {
    /** The maximum length of a text of strangers, in characters. */
    static final int MAX_TEXT = 200;

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter SHORT_DATE = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d MMM uuuu HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("d MMM uuuu HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE_OF_DAY =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final int GROUP = 3;

    private Shown() {}

    /**
     * The text of a stranger: cut at 200 characters, and with characters that are invisible or change the direction of
     * writing as {@code <U+202E>}.
     */
    public static String text(String text) {
        StringBuilder shown = new StringBuilder();
        int end = text.length() <= MAX_TEXT ? text.length() : text.offsetByCodePoints(0, visible(text));
        text.substring(0, end).codePoints().forEach(c -> append(shown, c));
        return end < text.length() ? shown.append("…").toString() : shown.toString();
    }

    /** The text of an error as a sentence: with a capital if it begins with a word, and with a full stop. */
    public static String sentence(String problem) {
        int word = 0;
        while (word < problem.length() && isLowerCase(problem.charAt(word))) {
            word++;
        }
        boolean begins = word > 0 && word < problem.length() && problem.charAt(word) == ' ';
        String text = begins ? (char) (problem.charAt(0) - 'a' + 'A') + problem.substring(1) : problem;
        return text.endsWith(".") ? text : text + ".";
    }

    private static boolean isLowerCase(char c) {
        return c >= 'a' && c <= 'z';
    }

    /** Whether a text is shown as it is, so that it can be the value of a form too. */
    public static boolean isPlain(String text) {
        return text(text).equals(text);
    }

    private static int visible(String text) {
        return Math.min(MAX_TEXT, text.codePointCount(0, text.length()));
    }

    private static void append(StringBuilder shown, int c) {
        switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                shown.append("<U+")
                        .append(String.format(Locale.ROOT, "%04X", c))
                        .append('>');
            default -> shown.appendCodePoint(c);
        }
    }

    /** A count with a comma after each three digits. */
    public static String count(long count) {
        StringBuilder digits = new StringBuilder(Long.toString(Math.abs(count)));
        for (int i = digits.length() - GROUP; i > 0; i -= GROUP) {
            digits.insert(i, ',');
        }
        return (count < 0 ? "-" : "") + digits;
    }

    /** A count with its noun, such as {@code 1 report} or {@code 1,200 reports}. */
    public static String count(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /** A percentage, or that there is none. */
    public static String percent(Share share) {
        return share.text().replace(' ', '\u00a0');
    }

    /** The width of a bar of 100 units. */
    public static double width(Share share) {
        return share.perMille().orElse(0L) / 10.0;
    }

    /** A UTC day, such as {@code 28 Nov 2026}. */
    public static String date(LocalDate date) {
        return DATE.format(date);
    }

    /** A UTC day of a known year, such as {@code 28 Nov}. */
    public static String shortDate(LocalDate date) {
        return SHORT_DATE.format(date);
    }

    /** A time in UTC, such as {@code 28 Nov 2026 12:00:00}. */
    public static String time(Instant time) {
        return TIME.format(time);
    }

    /** The UTC day of a time, such as {@code 28 Nov 2026}. */
    public static String dateOf(Instant time) {
        return date(LocalDate.ofInstant(time, ZoneOffset.UTC));
    }

    /** The time of the day in UTC without seconds, such as {@code 12:00}. */
    public static String minuteOfDay(Instant time) {
        return MINUTE_OF_DAY.format(time);
    }

    /** A time in UTC without seconds, such as {@code 28 Nov 2026 12:00}. */
    public static String minute(Instant time) {
        return MINUTE.format(time);
    }

    /** The UTC day of a time in a known year, such as {@code 28 Nov}. */
    public static String day(Instant time) {
        return shortDate(LocalDate.ofInstant(time, ZoneOffset.UTC));
    }

    /** A time in UTC of a known day, such as {@code 12:00:00}. */
    public static String clock(Instant time) {
        return CLOCK.format(time);
    }

    /** A time for the attribute {@code datetime}. */
    public static String iso(Instant time) {
        return time.toString();
    }
}
