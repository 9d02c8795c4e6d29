package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.parse;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A section is declared once: reading, messages and documentation follow from the declaration. */
class SectionTest {
    /** The settings of a program around the engine. */
    private record Pages(boolean enabled, int count, Duration delay, List<String> names) {
        static final Pages DEFAULT = new Pages(true, 3, Duration.ofSeconds(5), List.of("a:b", "c"));

        static final Section<Pages> SECTION = Section.of(
                "pages",
                DEFAULT,
                keys -> new Pages(
                        keys.setting("enabled", "Whether pages are shown.").flag(Pages::enabled),
                        keys.setting("count", "The number of pages.").count(Pages::count, 1, 9),
                        keys.setting("delay", "How long to wait.")
                                .duration(Pages::delay, Duration.ZERO, Duration.ofMinutes(1)),
                        keys.setting("names", "The names of the pages.").nonEmptyList(ValueType.TEXT, Pages::names)));
    }

    private static ParsedConfiguration read(String text) {
        return ConfigurationParser.parse("mx.yaml", Octets.utf8(text), FrontEnd.of(Pages.SECTION));
    }

    private static ParsedConfiguration.Valid valid(String text) {
        return (ParsedConfiguration.Valid) read(text);
    }

    private static Setting setting(String text, String path) {
        return valid(text).settings().stream()
                .filter(setting -> setting.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void isReadIntoTheSettingsWithDefaultsForMissingKeys() {
        assertThat(valid("mode: monitor").configuration().extension(Pages.SECTION))
                .isEqualTo(Pages.DEFAULT);
        assertThat(valid("pages: { count: 9, names: [x] }").configuration().extension(Pages.SECTION))
                .isEqualTo(new Pages(true, 9, Duration.ofSeconds(5), List.of("x")));
    }

    @Test
    void reportsEveryValueThatDoesNotFitAndEveryUnknownKey() {
        assertThat(((ParsedConfiguration.Invalid) read("pages: { count: 10, delay: 2m, enable: true, names: [] }"))
                        .problems())
                .extracting(ConfigProblem::toString)
                .containsExactly(
                        "mx.yaml:1: pages.count: expected a whole number from 1 to 9, found \"10\"",
                        "mx.yaml:1: pages.delay: expected a duration such as 500ms, 5s, 2m, 1h or 1d, from 0s to 1m, found"
                                + " \"2m\"",
                        "mx.yaml:1: pages.enable: unknown key; did you mean enabled?",
                        "mx.yaml:1: pages.names: is empty; write a text, or remove it for the default");
    }

    @Nested
    class Documentation {
        @Test
        void hasBoundsDefaultsAndMeaning() {
            assertThat(setting("mode: monitor", "pages.delay"))
                    .isEqualTo(new Setting(
                            "pages.delay",
                            "0s to 1m",
                            "`5s`",
                            "`5s`",
                            "How long to wait.",
                            Optional.of("5s"),
                            Optional.empty()));
            assertThat(setting("mode: monitor", "pages.names").byDefault()).isEqualTo("`[\"a:b\", c]`");
        }

        @Test
        void tellsChangedSettingsFromDefaults() {
            assertThat(setting("pages: { delay: 5s }", "pages.delay").isChanged())
                    .isFalse();
            assertThat(setting("pages: { delay: 6s }", "pages.delay"))
                    .matches(Setting::isChanged)
                    .extracting(Setting::value)
                    .isEqualTo("`6s`");
        }

        @Test
        void hasASentenceForEachSettingOfTheEngine() {
            List<Setting> settings = ((ParsedConfiguration.Valid) parse("mode: monitor")).settings();
            assertThat(settings)
                    .hasSizeGreaterThan(40)
                    .allSatisfy(setting ->
                            assertThat(setting.meaning()).as(setting.path()).endsWith("."));
            assertThat(settings.stream().map(Setting::path).collect(Collectors.toSet()))
                    .hasSameSizeAs(settings);
        }
    }
}
