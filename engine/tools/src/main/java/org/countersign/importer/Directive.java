package org.countersign.importer;

import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/**
 * A line of a configuration file: a name and a value.
 *
 * @param name as the manual spells it
 * @param value without blanks around it
 */
record Directive(String name, String value, Origin origin) {
    private static final int MAX_SHOWN = 60;
    private static final int MAX_DIGITS = 18;

    /** The line, shortened, without a password, for an error message. */
    String shown() {
        return Escapes.printable(said());
    }

    /** The line, shortened, without a password, for a finding. */
    String said() {
        String text = value.isEmpty() ? name : name + " " + SecretFreeText.hidden(value);
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
    }

    /** The value as a boolean: the first character counts. */
    boolean isTrue() {
        return flag(value).orElse(false);
    }

    /** Reads a boolean; empty for a text that the old programs refuse. */
    static Optional<Boolean> flag(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return switch (Ascii.lower(text).charAt(0)) {
            case 't', 'y', '1' -> Optional.of(true);
            case 'f', 'n', '0' -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** Reads an integer as in C: {@code 0x10} and {@code 010} too. */
    static Optional<Long> integer(String text) {
        try {
            return Optional.of(Long.decode(text));
        } catch (NumberFormatException noNumber) {
            return Optional.empty();
        }
    }

    /** Reads a whole number with decimal digits alone, as Python reads it: {@code 007} is 7. */
    static Optional<Long> decimal(String text) {
        String digits = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        if (digits.isEmpty() || digits.length() > MAX_DIGITS || !digits.chars().allMatch(Ascii::isDigit)) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(text));
    }
}
