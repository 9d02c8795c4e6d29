package org.countersign.cli;

import org.countersign.config.ValueType;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a value of the command line as the policy file has it. */
abstract class ValueConverter<T> implements ITypeConverter<T> {
    private final ValueType<T> type;

    ValueConverter(ValueType<T> type) {
        this.type = type;
    }

    @Override
    public final T convert(String text) {
        return convert(text, type);
    }

    /**
     * The value of a text.
     *
     * @throws TypeConversionException with what is expected, and with advice if the type has some
     */
    static <T> T convert(String text, ValueType<T> type) {
        return type.parse(text)
                .orElseThrow(() -> new TypeConversionException(Main.quoted(text) + " is not " + type.expected()
                        + type.suggestion(text).map(clause -> "; " + clause).orElse("")));
    }
}
