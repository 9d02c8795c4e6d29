package org.countersign.config;

import java.util.function.Function;

/**
 * The declaration of a section of the policy file: its key, its defaults, and its settings with bounds and meaning.
 * Reading, error messages, the settings that {@code countersign policy show} prints and the tables in
 * {@code docs/configuration.md} all come from this one declaration.
 *
 * <pre>{@code
 * static final Section<SpfSettings> SPF = Section.of("spf", SpfSettings.DEFAULT, keys -> new SpfSettings(
 *         keys.setting("check-helo", "Whether the HELO name is checked too.").flag(SpfSettings::checkHelo),
 *         keys.setting("void-lookups", "The maximum number of void lookups.").count(SpfSettings::voidLookups, 0, 10)));
 * }</pre>
 *
 * @param <S> the settings that the section is read into
 */
public final class Section<S> {
    private final String key;
    private final S defaults;
    private final Function<SettingReader<S>, S> reader;

    private Section(String key, S defaults, Function<SettingReader<S>, S> reader) {
        this.key = key;
        this.defaults = defaults;
        this.reader = reader;
    }

    /**
     * Declares a section.
     *
     * @param key of the section in the section that contains it
     * @param defaults the settings of an empty section
     * @param reader reads every setting, whether the file has it or not, and builds the settings
     */
    public static <S> Section<S> of(String key, S defaults, Function<SettingReader<S>, S> reader) {
        return new Section<>(key, defaults, reader);
    }

    /** Declares settings that have their keys at the top level of the file. */
    public static <S> Section<S> atTopLevel(S defaults, Function<SettingReader<S>, S> reader) {
        return of("", defaults, reader);
    }

    /** Reads the section from the one that contains it. */
    S read(SectionReader parent) {
        return reader.apply(new SettingReader<>(key.isEmpty() ? parent : parent.section(key), defaults));
    }
}
