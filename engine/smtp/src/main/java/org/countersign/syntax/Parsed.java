package org.countersign.syntax;

import java.util.Optional;

/**
 * The result of parsing: a value, or the reason why the text is not one. Every parser whose callers need the reason
 * returns this type; a parser that can only say yes or no returns an {@link Optional}.
 *
 * @param <T> the parsed value
 * @param <F> the reason: one clause, a record with the problem and its position, or a list of such records
 */
public sealed interface Parsed<T, F> {
    /** Text that follows its grammar. */
    record Value<T, F>(T value) implements Parsed<T, F> {}

    /** Text that does not follow its grammar. */
    record Malformed<T, F>(F failure) implements Parsed<T, F> {}

    /** The value; empty for malformed text. */
    default Optional<T> toOptional() {
        return switch (this) {
            case Value<T, F>(T value) -> Optional.of(value);
            case Malformed<T, F> malformed -> Optional.empty();
        };
    }
}
