package org.countersign.syntax;

/** The keyword of an enum constant in configuration files, logs and JSON. */
public final class Keyword {
    private Keyword() {}

    /** The name of the constant in lower case, with hyphens instead of underscores: {@code no-record}. */
    public static String of(Enum<?> constant) {
        return Ascii.lower(constant.name()).replace('_', '-');
    }
}
