package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.ParsedConfiguration;
import org.countersign.config.Setting;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.policy.AddressCondition;
import org.countersign.policy.Condition;
import org.countersign.policy.DomainCondition;
import org.countersign.policy.Placeholder;
import org.countersign.policy.PolicyRules;
import org.countersign.syntax.Keyword;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents agree with the program. */
class DocumentsTest {
    private static final Path ROOT =
            Path.of(Optional.ofNullable(System.getProperty("countersign.root")).orElse(".."));

    static List<String> policies() throws IOException {
        List<String> policies = new ArrayList<>();
        for (String document : List.of(
                "README.md",
                "docs/configuration.md",
                "docs/postfix.md",
                "docs/sendmail.md",
                "docs/policy.md",
                "docs/moving-from-opendkim.md",
                "docs/moving-from-rspamd.md",
                "docs/james.md",
                "james-mailet/README.md")) {
            policies.addAll(Markdown.blocks(document, "yaml"));
        }
        return policies;
    }

    @ParameterizedTest
    @MethodSource("policies")
    void everyPolicyFileInTheDocumentsIsValid(String policy) {
        assertThat(ConfigurationParser.parse("shown.yaml", Octets.utf8(policy), BridgeConfiguration.FRONT_END))
                .isInstanceOfSatisfying(ParsedConfiguration.Valid.class, valid -> {
                    assertThat(valid.configuration().policy().failedExamples()).isEmpty();
                    assertThat((Object) valid.warnings()).isEqualTo(List.of());
                });
    }

    @Test
    void everyEventOfTheLogIsDescribed() throws IOException {
        Pattern logged = Pattern.compile("Level\\.[A-Z]+,\\s*\"([a-z]+(?:-[a-z]+)*)\"");
        Set<String> events = new TreeSet<>();
        for (String module : List.of(
                "engine/service",
                "engine/tools",
                "engine/store",
                "engine/reports",
                "milter-bridge/protocol",
                "milter-bridge/app")) {
            try (Stream<Path> sources = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path source : sources.filter(Files::isRegularFile).toList()) {
                    logged.matcher(Files.readString(source)).results().forEach(found -> events.add(found.group(1)));
                }
            }
        }
        String document = Files.readString(ROOT.resolve("docs/log.md"));
        assertThat(events).contains("listening", "dns-unavailable", "decision-timeout", "log-lines-dropped");
        assertThat(events.stream()
                        .filter(event ->
                                !document.contains("`" + event + "`") && !document.contains("`event=" + event + "`")))
                .isEmpty();
    }

    /** The tables have every condition, placeholder and built-in rule. */
    @Test
    void everyConditionPlaceholderAndBuiltInRuleIsDescribed() throws IOException {
        String document = Files.readString(ROOT.resolve("docs/configuration.md"));
        List<String> words =
                new ArrayList<>(List.of("client", "user", "indirect", "declared-policy", "applied-policy"));
        for (Enum<?>[] keys : List.of(
                AddressCondition.Subject.values(), DomainCondition.Subject.values(), Condition.Method.values())) {
            Stream.of(keys).map(Keyword::of).forEach(words::add);
        }
        words.addAll(List.of("author-finding", "author-problem", "null-sender", "undecided"));
        words.addAll(PolicyRules.BUILT_IN_NAMES);
        Placeholder.words().forEach(word -> words.add("{" + word + "}"));
        assertThat(words).allSatisfy(word -> assertThat(document).contains("`" + word + "`"));
    }

    @Test
    void thePolicyFilesAreFound() throws IOException {
        assertThat(policies()).hasSizeGreaterThanOrEqualTo(3);
    }

    /** The first block; settings without a default are comments there. */
    @Test
    void theDefaultsShownAreTheDefaults() throws IOException {
        String shown = Markdown.blocks("docs/configuration.md", "yaml").getFirst();
        assertThat(ConfigurationParser.parse("shown.yaml", Octets.utf8(shown), BridgeConfiguration.FRONT_END))
                .isInstanceOfSatisfying(ParsedConfiguration.Valid.class, valid -> {
                    assertThat(valid.settings()).noneMatch(Setting::isChanged);
                    assertThat(valid.configuration().policy().rules()).isEmpty();
                });
    }

    /** What the effective configuration means is what the file means, for all that the documents show. */
    @ParameterizedTest
    @MethodSource("policies")
    void theEffectiveConfigurationOfEveryPolicyFileIsTheSame(String policy) {
        String effective = effective(policy);
        assertThat(values(effective)).isEqualTo(values(policy));
        assertThat(effective(effective).replaceAll("# shown.yaml:\\d+|# default", ""))
                .isEqualTo(effective.replaceAll("# shown.yaml:\\d+|# default", ""));
    }

    private static String effective(String policy) {
        return ConfigurationParser.effective("shown.yaml", Octets.utf8(policy), BridgeConfiguration.FRONT_END)
                .orElseThrow();
    }

    private static List<String> values(String policy) {
        ParsedConfiguration.Valid valid = (ParsedConfiguration.Valid)
                ConfigurationParser.parse("shown.yaml", Octets.utf8(policy), BridgeConfiguration.FRONT_END);
        return Stream.concat(
                        valid.settings().stream().map(setting -> setting.path() + "=" + setting.value()),
                        valid.warnings().stream().map(warning -> warning.message()))
                .toList();
    }

    /** Run with {@code -Dgolden.apply=true} to write the file. */
    @Test
    void theExampleFileHasEverySettingOnceWithItsDefault() throws IOException {
        Path file = ROOT.resolve("milter-bridge/package/src/etc/countersign.example.yaml");
        String written = CommandRun.of("config", "example").out();
        byte[] octets = written.getBytes(StandardCharsets.ISO_8859_1);
        if (Boolean.getBoolean("golden.apply")) {
            Files.write(file, octets);
        }
        String example = Files.readString(file);
        assertThat(octets).isEqualTo(Files.readAllBytes(file));
        assertThat(values(example)).startsWith(values("mode: monitor\n").toArray(String[]::new));
        // Text begins after one blank, and settings follow the character # at once or are indented further.
        String uncommented = example.lines()
                .map(line -> (line.startsWith("# ") && !line.startsWith("#  ")) || !line.startsWith("#")
                        ? line
                        : line.substring(1))
                .collect(Collectors.joining("\n", "", "\n"));
        assertThat(values(uncommented)).isEqualTo(values("mode: monitor\n"));
        ParsedConfiguration.Valid all = (ParsedConfiguration.Valid)
                ConfigurationParser.parse("example.yaml", Octets.utf8(uncommented), BridgeConfiguration.FRONT_END);
        assertThat(all.settings()).allSatisfy(setting -> {
            if (setting.written().isPresent()) {
                assertThat(setting.origin()).as(setting.path()).isPresent();
            } else {
                String key = setting.path().substring(setting.path().lastIndexOf('.') + 1);
                assertThat(example.lines().filter(line -> line.startsWith("# " + key + " has no fixed default.")))
                        .as(setting.path())
                        .isNotEmpty();
            }
        });
    }

    /** One table for each section, with the settings in the order of their declaration. */
    @Test
    void theTablesOfSettingsAreTheDeclaredOnes() throws IOException {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        for (Setting setting : declaredSettings()) {
            int dot = setting.path().indexOf('.');
            tables.computeIfAbsent(dot < 0 ? "" : setting.path().substring(0, dot), section -> new ArrayList<>())
                    .add("| `" + setting.path() + "` | " + setting.values() + " | " + setting.byDefault() + " | "
                            + setting.meaning() + " |\n");
        }
        String document = Files.readString(ROOT.resolve("docs/configuration.md"));
        assertThat(tables.values())
                .allSatisfy(rows -> assertThat(document)
                        .contains("| key | values | default | meaning |\n|---|---|---|---|\n" + String.join("", rows)
                                + "\n"));
    }

    @Test
    void theDefaultsInTheTablesAreReadAsTheDefaults() {
        for (Setting setting : declaredSettings()) {
            String text = setting.byDefault();
            boolean written = text.startsWith("`") && text.indexOf('`', 1) == text.length() - 1;
            if (written) {
                assertThat(changed(policy(setting.path(), text.substring(1, text.length() - 1))))
                        .isEmpty();
            }
        }
    }

    /** A policy file with one key. */
    private static String policy(String path, String value) {
        String[] keys = path.split("\\.", -1);
        return String.join(": { ", keys) + ": " + value + " }".repeat(keys.length - 1);
    }

    /** The settings that a policy file changes. */
    private static List<Setting> changed(String policy) {
        return ((ParsedConfiguration.Valid)
                        ConfigurationParser.parse("shown.yaml", Octets.utf8(policy), BridgeConfiguration.FRONT_END))
                .settings().stream().filter(Setting::isChanged).toList();
    }

    private static List<Setting> declaredSettings() {
        return ((ParsedConfiguration.Valid)
                        ConfigurationParser.parse("empty.yaml", Octets.EMPTY, BridgeConfiguration.FRONT_END))
                .settings();
    }

    /** The second block: an example for each setting without a fixed default. */
    @Test
    void everySettingWithoutADefaultHasAnExample() throws IOException {
        List<String> withoutDefault = declaredSettings().stream()
                .filter(setting -> !setting.byDefault().startsWith("`")
                        || setting.byDefault().contains(","))
                .map(Setting::path)
                .filter(path -> !path.equals("inbound.skip-networks"))
                .toList();
        String shown = Markdown.blocks("docs/configuration.md", "yaml").get(1);
        assertThat(changed(shown)).extracting(Setting::path).containsAll(withoutDefault);
        assertThat(withoutDefault).contains("authserv-id", "limits.message-memory", "signing.when.local");
    }

    @Test
    void everyCommandInTheReadmeExists() throws IOException {
        CommandRun help = CommandRun.of("--help");
        List<String> commands = Markdown.commands("README.md").stream()
                .filter(line -> line.startsWith("./countersign "))
                .map(line -> line.split(" ", 3)[1])
                .toList();
        assertThat(commands).hasSizeGreaterThanOrEqualTo(4);
        assertThat(commands).allSatisfy(command -> assertThat(help.out()).contains("  " + command + " "));
    }
}
