package org.countersign.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * Reads the settings of one {@link Section}, and records each as a {@link Setting} for {@code countersign policy show}
 * and the documentation. Reading a setting is its declaration: {@code keys.setting(key, meaning)} gives the key and the
 * text, and the method called on the result gives the type, the bounds and the default.
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

    /** The keys of the section, for structures that are not single settings, and for checks between settings. */
    public SectionReader section() {
        return section;
    }

    /** The settings of an empty section. */
    S defaults() {
        return defaults;
    }

    /** Reports a problem of a key that no single value shows. */
    public void report(String key, String message, String suggestion) {
        section.report(key, message, suggestion);
    }

    /** Reads settings of the same type from a section inside this one. */
    public SettingReader<S> in(String key) {
        return new SettingReader<>(section.section(key), defaults);
    }

    /** Reads a section inside this one. */
    public <T> T section(Section<T> inner) {
        return inner.read(section);
    }

    /**
     * Declares a setting. The method called on the result determines the type of the setting, and reads it.
     *
     * @param meaning what the setting does, in one or two sentences of Markdown
     */
    public Declaration setting(String key, String meaning) {
        return new Declaration(key, meaning);
    }

    /**
     * A setting whose value is still to be read. The accessor of each method is applied to the settings of an empty
     * section and returns the default. Bounds are included. A value that does not fit is reported, and replaced by the
     * default.
     */
    public final class Declaration {
        private final String key;
        private final String meaning;

        private Declaration(String key, String meaning) {
            this.key = key;
            this.meaning = meaning;
        }

        /** Reads {@code true} or {@code false}. */
        public boolean flag(Predicate<S> accessor) {
            return value(ValueType.BOOLEAN, accessor::test);
        }

        /** Reads a whole number. */
        public int count(ToIntFunction<S> accessor, int min, int max) {
            return value(ValueType.integer(min, max), accessor::applyAsInt);
        }

        /** Reads a duration. */
        public Duration duration(Function<S, Duration> accessor, Duration min, Duration max) {
            return value(ValueType.duration(min, max), accessor);
        }

        /** Reads a number of octets. */
        public long size(ToLongFunction<S> accessor, long min, long max) {
            return value(ValueType.size(min, max), accessor::applyAsLong);
        }

        /** Reads the keyword of one of these constants. */
        public <E extends Enum<E>> E keyword(Function<S, E> accessor, List<E> constants) {
            return value(ValueType.keyword(constants), accessor);
        }

        /** Reads a single value. */
        public <T> T value(ValueType<T> type, Function<S, T> accessor) {
            T byDefault = accessor.apply(defaults);
            T value = section.value(key, type, byDefault);
            declare(type.values(), code(type.render(byDefault)), Optional.of(type.render(value)));
            return value;
        }

        /**
         * Reads a single value that has no fixed default.
         *
         * @param without what applies without the key, in words (Markdown)
         */
        public <T> Optional<T> optional(ValueType<T> type, String without) {
            Optional<T> value = section.optional(key, type);
            declare(type.values(), without, value.map(type::render));
            return value;
        }

        /** Reads a list of values. */
        public <T> List<T> list(ValueType<T> type, Function<S, List<T>> accessor) {
            return declare(type, accessor, section.list(key, type, accessor.apply(defaults)));
        }

        /** Reads a list of values that must not be empty. */
        public <T> List<T> nonEmptyList(ValueType<T> type, Function<S, List<T>> accessor) {
            return declare(type, accessor, section.nonEmptyList(key, type, accessor.apply(defaults)));
        }

        private <T> List<T> declare(ValueType<T> type, Function<S, List<T>> accessor, List<T> values) {
            declare(
                    "list: " + type.values(),
                    code(type.render(accessor.apply(defaults))),
                    Optional.of(type.render(values)));
            return values;
        }

        private void declare(String values, String byDefault, Optional<String> written) {
            section.declare(
                    key, values, byDefault, written.map(SettingReader::code).orElse(byDefault), meaning, written);
        }
    }

    /** Marks a text as code in Markdown. */
    private static String code(String text) {
        return "`" + text + "`";
    }
}
