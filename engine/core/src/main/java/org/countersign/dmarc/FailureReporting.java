package org.countersign.dmarc;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/** The condition for a failure report (RFC 9989 §4.7 {@code fo}). */
public enum FailureReporting {
    /** {@code 0}: no mechanism gave an aligned pass. */
    ALL_FAILED('0'),
    /** {@code 1}: some mechanism did not give an aligned pass. */
    ANY_FAILED('1'),
    /** {@code d}: a signature failed, aligned or not. */
    SIGNATURE_FAILED('d'),
    /** {@code s}: SPF failed, aligned or not. */
    SPF_FAILED('s');

    /** The default value of {@code fo}. */
    static final Set<FailureReporting> DEFAULT = Set.of(ALL_FAILED);

    private final char letter;

    FailureReporting(char letter) {
        this.letter = letter;
    }

    /** The letter in records and reports. */
    public char letter() {
        return letter;
    }

    /** Parses the value of {@code fo}; empty if RFC 9989 §4.8 does not allow it. */
    static Optional<Set<FailureReporting>> parse(Octets value) {
        // At most one of 0 and 1, and d and s once each: at most three letters and two colons.
        if (value.length() > 5 || value.length() % 2 == 0) {
            return Optional.empty();
        }
        EnumSet<FailureReporting> options = EnumSet.noneOf(FailureReporting.class);
        for (int i = 0; i < value.length(); i++) {
            if (i % 2 == 1) {
                if (value.at(i) != ':') {
                    return Optional.empty();
                }
                continue;
            }
            Optional<FailureReporting> option = ofLetter(Ascii.lower(value.at(i)));
            if (option.isEmpty() || !options.add(option.get())) {
                return Optional.empty();
            }
        }
        return options.contains(ALL_FAILED) && options.contains(ANY_FAILED)
                ? Optional.empty()
                : Optional.of(Collections.unmodifiableSet(options));
    }

    private static Optional<FailureReporting> ofLetter(int letter) {
        for (FailureReporting option : values()) {
            if (option.letter == letter) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }
}
