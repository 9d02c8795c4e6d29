package org.countersign.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * Reads the settings of one {@link Section} and records each as a {@link Setting}. Every method takes the key, the
 * accessor that gives the default, the bounds, and the meaning for the documentation. A value that is missing or does
 * not fit is replaced by the default; the latter is reported.
 *
 * @param <S> the settings of the section
 */
public final class SettingReader<S> {
    private final SectionReader section;
    private final S defaults;

    SettingReader(SectionReader section, S defaults) {
        this.section = section;
        this.defaults = defaults;
    }

    /** The keys of the section, for structures that are no single settings and for checks between settings. */
    public SectionReader section() {
        return section;
    }

    /** The settings of an empty section. */
    S defaults() {
        return defaults;
    }

    /** Reads settings of the same type from a section inside this one. */
    public SettingReader<S> in(String key) {
        return new SettingReader<>(section.section(key), defaults);
    }

    /** Reads a section inside this one. */
    public <T> T section(Section<T> inner) {
        return inner.read(section);
    }

    /** Reads {@code true} or {@code false}. */
    public boolean flag(String key, Predicate<S> accessor, String meaning) {
        return value(key, ValueType.BOOLEAN, accessor::test, meaning);
    }

    /** Reads a whole number within these bounds, both included. */
    public int count(String key, ToIntFunction<S> accessor, int min, int max, String meaning) {
        return value(key, ValueType.integer(min, max), accessor::applyAsInt, meaning);
    }

    /** Reads a duration within these bounds, both included. */
    public Duration duration(String key, Function<S, Duration> accessor, Duration min, Duration max, String meaning) {
        return value(key, ValueType.duration(min, max), accessor, meaning);
    }

    /** Reads a number of octets within these bounds, both included. */
    public long size(String key, ToLongFunction<S> accessor, long min, long max, String meaning) {
        return value(key, ValueType.size(min, max), accessor::applyAsLong, meaning);
    }

    /** Reads the keyword of one of these constants. */
    public <E extends Enum<E>> E keyword(String key, Function<S, E> accessor, List<E> constants, String meaning) {
        return value(key, ValueType.keyword(constants), accessor, meaning);
    }

    /** Reads a single value. */
    public <T> T value(String key, ValueType<T> type, Function<S, T> accessor, String meaning) {
        T byDefault = accessor.apply(defaults);
        T value = section.value(key, type, byDefault);
        section.declare(key, type.values(), code(type.render(byDefault)), code(type.render(value)), meaning);
        return value;
    }

    /**
     * Reads a single value that has no default.
     *
     * @param without what applies without the key, in words (Markdown)
     */
    public <T> Optional<T> optional(String key, ValueType<T> type, String without, String meaning) {
        Optional<T> value = section.optional(key, type);
        section.declare(
                key,
                type.values(),
                without,
                value.map(found -> code(type.render(found))).orElse(without),
                meaning);
        return value;
    }

    /** Reads a list of values. */
    public <T> List<T> list(String key, ValueType<T> type, Function<S, List<T>> accessor, String meaning) {
        List<T> byDefault = accessor.apply(defaults);
        List<T> values = section.list(key, type, byDefault);
        declare(key, type, byDefault, values, meaning);
        return values;
    }

    /** Reads a list of values that must not be empty. */
    public <T> List<T> nonEmptyList(String key, ValueType<T> type, Function<S, List<T>> accessor, String meaning) {
        List<T> byDefault = accessor.apply(defaults);
        List<T> values = section.nonEmptyList(key, type, byDefault);
        declare(key, type, byDefault, values, meaning);
        return values;
    }

    private <T> void declare(String key, ValueType<T> type, List<T> byDefault, List<T> values, String meaning) {
        section.declare(
                key, "list: " + type.values(), code(type.render(byDefault)), code(type.render(values)), meaning);
    }

    /** Marks a text as code in Markdown. */
    private static String code(String text) {
        return "`" + text + "`";
    }
}
