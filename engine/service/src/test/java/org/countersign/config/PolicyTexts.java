package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.countersign.syntax.Octets;

/** Policy files written down in a test. */
final class PolicyTexts {
    private static final HostSettings<List<String>> HOST =
            root -> root.list("listen", ValueType.TEXT, List.of("inet:127.0.0.1:8891"));

    private PolicyTexts() {}

    static ParsedConfiguration<List<String>> parse(String text) {
        return ConfigurationParser.parse("mx.yaml", Octets.utf8(text), HOST);
    }

    static Configuration valid(String text) {
        ParsedConfiguration<List<String>> parsed = parse(text);
        assertThat(parsed).isInstanceOf(ParsedConfiguration.Valid.class);
        return ((ParsedConfiguration.Valid<List<String>>) parsed).engine();
    }

    static List<String> problems(Octets text) {
        return switch (ConfigurationParser.parse("mx.yaml", text, HOST)) {
            case ParsedConfiguration.Valid<List<String>> valid -> List.of();
            case ParsedConfiguration.Invalid<List<String>>(List<ConfigProblem> problems) ->
                problems.stream().map(ConfigProblem::toString).toList();
        };
    }

    static List<String> problems(String text) {
        return problems(Octets.utf8(text));
    }
}
