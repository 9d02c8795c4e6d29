package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.countersign.syntax.Octets;

/** Reads policy files that are written in a test. */
public final class PolicyTexts {
    /** A section of the program around the engine. */
    static final Section<List<String>> LISTEN = Section.atTopLevel(
            List.of("inet:127.0.0.1:8891"),
            keys -> keys.setting("listen", "Where mail servers connect.").list(ValueType.TEXT, addresses -> addresses));

    private static final FrontEnd FRONT_END = FrontEnd.of(LISTEN);

    private PolicyTexts() {}

    public static ParsedConfiguration parse(String text) {
        return parse(Octets.utf8(text));
    }

    static ParsedConfiguration parse(Octets text) {
        return ConfigurationParser.parse("mx.yaml", text, FRONT_END);
    }

    /** The contents of a file without problems. */
    public static Configuration valid(String text) {
        assertThat(problems(text)).isEmpty();
        return ((ParsedConfiguration.Valid) parse(text)).configuration();
    }

    static List<String> problems(Octets text) {
        return parse(text) instanceof ParsedConfiguration.Invalid invalid ? lines(invalid.problems()) : List.of();
    }

    static List<String> problems(String text) {
        return problems(Octets.utf8(text));
    }

    static List<String> warnings(String text) {
        return lines(((ParsedConfiguration.Valid) parse(text)).warnings());
    }

    private static List<String> lines(List<ConfigProblem> problems) {
        return problems.stream().map(ConfigProblem::toString).toList();
    }
}
