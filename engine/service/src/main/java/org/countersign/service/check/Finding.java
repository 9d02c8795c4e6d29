package org.countersign.service.check;

import org.countersign.syntax.Escapes;

/**
 * One result of a check.
 *
 * @param text one printable line: file and line where they are known, what was found, and what to do
 */
public record Finding(Level level, String text) {
    /** How bad a finding is. */
    public enum Level {
        /** The service would not start, or would not do what the policy file says. */
        ERROR,
        /** Allowed, but probably not intended, or not good for mail. */
        WARNING,
        /** What was found to be in order, or good to know. */
        NOTE
    }

    public Finding {
        text = Escapes.printable(text);
    }
}
