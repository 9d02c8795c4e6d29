package org.countersign.importer;

import java.util.Optional;
import org.countersign.syntax.Ascii;

/**
 * A line of a configuration file: a name and a value.
 *
 * @param name as the manual spells it
 * @param value without blanks around it
 */
record Directive(String name, String value, Origin origin) {
    private static final int MAX_SHOWN = 60;

    /** The line, shortened, without a password. */
    String shown() {
        String text = name + " " + SecretFreeText.of(value);
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
}
