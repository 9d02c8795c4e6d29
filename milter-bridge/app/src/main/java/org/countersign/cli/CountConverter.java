package org.countersign.cli;

import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a whole number from 1 to a maximum. */
abstract class CountConverter implements ITypeConverter<Integer> {
    private final String noun;
    private final int max;

    /**
     * @param noun what is expected, for the message to the user, such as {@code a number of days}
     * @param max the maximum, which is allowed
     */
    CountConverter(String noun, int max) {
        this.noun = noun;
        this.max = max;
    }

    @Override
    public final Integer convert(String text) {
        OptionalInt number = parse(text);
        if (number.isEmpty() || number.getAsInt() < 1 || number.getAsInt() > max) {
            throw new TypeConversionException(Main.quoted(text) + " is not " + noun + " from 1 to " + max);
        }
        return number.getAsInt();
    }

    /** The number; empty if the text is no whole number of 32 bits. */
    static OptionalInt parse(String text) {
        try {
            return OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException other) {
            return OptionalInt.empty();
        }
    }
}
