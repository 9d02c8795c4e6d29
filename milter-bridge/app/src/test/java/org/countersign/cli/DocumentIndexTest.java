package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.countersign.policy.PolicyRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The pages of {@code docs}: their index, their links, and the commands and names that they mention. */
@Execution(ExecutionMode.CONCURRENT)
class DocumentIndexTest {
    private static final Path ROOT = Path.of(System.getProperty("countersign.root"));
    private static final Pattern CODE = Pattern.compile("`(countersign [^`]+)`");
    private static final Pattern NAMED = Pattern.compile("\\b(event|rule)=([a-z]+(?:-[a-z]+)+)");
    private static final Pattern PROOF = Pattern.compile("`([A-Z]\\w+(?:Test|IT|Properties))(?:\\.(\\w+))?`");
    private static final Pattern VECTOR_ID = Pattern.compile("(?m)^(?:- )?id: (\\S+)$");
    private static final Pattern CODE_SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    static List<String> pages() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            return files.map(file -> "docs/" + file.getFileName())
                    .filter(name -> name.endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    /** By its own link, or by that of a page that it links to. */
    @Test
    void everyPageIsReachedFromTheIndex() throws IOException {
        assertThat(Markdown.links("README.md")).contains("docs/README.md");
        Set<String> reached = new TreeSet<>();
        Deque<String> left = new ArrayDeque<>(List.of("docs/README.md"));
        while (!left.isEmpty()) {
            String page = left.remove();
            if (reached.add(page)) {
                Markdown.links(page).stream()
                        .map(link -> link.replaceFirst("#.*", ""))
                        .filter(link -> link.endsWith(".md") && !link.contains("/"))
                        .forEach(link -> left.add("docs/" + link));
            }
        }
        assertThat(pages()).hasSizeGreaterThan(10).isSubsetOf(reached);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLocalLinkLeadsToAFileAndAHeading(String page) throws IOException {
        for (String link : Markdown.links(page)) {
            if (link.startsWith("http")) {
                continue;
            }
            int hash = link.indexOf('#');
            String name = hash < 0 ? link : link.substring(0, hash);
            Path target = name.isEmpty()
                    ? ROOT.resolve(page)
                    : ROOT.resolve(page).resolveSibling(name).normalize();
            assertThat(target).as(link).exists();
            if (hash >= 0) {
                assertThat(anchors(target)).as(link).contains(link.substring(hash + 1));
            }
        }
    }

    /** The anchors that the usual viewers of Markdown make of headings. */
    private static Set<String> anchors(Path document) throws IOException {
        Set<String> anchors = new TreeSet<>();
        boolean fenced = false;
        for (String line : Files.readAllLines(document)) {
            fenced ^= line.startsWith("```");
            if (!fenced && line.startsWith("#")) {
                String anchor = line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-');
                if (!anchors.add(anchor)) {
                    anchors.add(anchor + "-1");
                }
            }
        }
        return anchors;
    }

    /** Words such as {@code QUEUEID} stand for values, which any text is. */
    @ParameterizedTest
    @MethodSource("pages")
    void everyCommandOfTheProgramIsOneThatItUnderstands(String page) throws IOException {
        List<String> commands = new ArrayList<>();
        CODE.matcher(Files.readString(ROOT.resolve(page)))
                .results()
                .map(found -> found.group(1))
                .forEach(commands::add);
        Markdown.commands(page).stream()
                .filter(line -> line.startsWith("countersign "))
                .forEach(commands::add);
        for (String command : commands) {
            assertUnderstood(command);
        }
    }

    @Test
    void commandsAreFound() throws IOException {
        assertThat(CODE.matcher(Files.readString(ROOT.resolve("docs/troubleshooting.md")))
                        .results())
                .hasSizeGreaterThan(20);
    }

    static void assertUnderstood(String command) {
        CommandLine program = Main.specification().commandLine();
        // As in an installed program.
        program.setDefaultValueProvider(argument ->
                argument instanceof OptionSpec option && option.longestName().equals("--config")
                        ? "countersign.yaml"
                        : argument.defaultValue());
        program.setUnmatchedArgumentsAllowed(false);
        String[] words = WORD.matcher(command.substring("countersign ".length()))
                .results()
                .map(DocumentIndexTest::word)
                .takeWhile(word -> !word.equals("|") && !word.startsWith(">"))
                .toArray(String[]::new);
        if (isName(program, List.of(words))) {
            return;
        }
        CommandLine.ParseResult parsed = parse(program, words);
        while (parsed.hasSubcommand()) {
            parsed = parsed.subcommand();
        }
        assertThat(parsed.unmatched()).as(command).isEmpty();
    }

    /** A command in a sentence may lack its parameters, but no command may have unknown options. */
    private static CommandLine.ParseResult parse(CommandLine program, String[] words) {
        try {
            return program.parseArgs(words);
        } catch (CommandLine.MissingParameterException incomplete) {
            List<String> complete = new ArrayList<>(List.of(words));
            complete.add("example.org");
            return program.parseArgs(complete.toArray(String[]::new));
        }
    }

    /** Whether the words only name a command, without its parameters. */
    private static boolean isName(CommandLine program, List<String> words) {
        CommandLine command = program;
        for (String word : words) {
            if (!command.getSubcommands().containsKey(word)) {
                return false;
            }
            command = command.getSubcommands().get(word);
        }
        return true;
    }

    private static String word(MatchResult found) {
        String quoted = found.group(1);
        return quoted == null ? found.group(2) : quoted;
    }

    @Test
    void everyEventAndRuleOfTheSymptomsExists() throws IOException {
        String log = Files.readString(ROOT.resolve("docs/log.md"));
        String configuration = Files.readString(ROOT.resolve("docs/configuration.md"));
        List<MatchResult> named = NAMED.matcher(Files.readString(ROOT.resolve("docs/troubleshooting.md")))
                .results()
                .toList();
        assertThat(named).hasSizeGreaterThan(30);
        assertThat(named).allSatisfy(found -> {
            String name = found.group(2);
            boolean known = found.group(1).equals("event")
                    ? log.contains("`" + name + "`")
                    : PolicyRules.BUILT_IN_NAMES.contains(name) || configuration.contains("`" + name + "`");
            assertThat(known).as(found.group()).isTrue();
        });
    }

    /** The files of tests by their names. */
    private static Map<String, Path> testClasses() throws IOException {
        Map<String, Path> tests = new TreeMap<>();
        for (String module : List.of("engine", "milter-bridge", "james-mailet")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module))) {
                files.filter(file -> file.toString().contains("/src/test/"))
                        .forEach(file -> tests.put(file.getFileName().toString(), file));
            }
        }
        return tests;
    }

    @Test
    void everyTestThatTheThreatModelNamesExists() throws IOException {
        Map<String, Path> tests = testClasses();
        List<MatchResult> proofs = PROOF.matcher(Files.readString(ROOT.resolve("docs/threat-model.md")))
                .results()
                .toList();
        assertThat(proofs).hasSizeGreaterThan(50);
        for (MatchResult proof : proofs) {
            Path test = tests.get(proof.group(1) + ".java");
            assertThat(test).as(proof.group()).isNotNull();
            if (proof.group(2) != null) {
                assertThat(Files.readString(test)).as(proof.group()).contains("void " + proof.group(2) + "(");
            }
        }
    }

    /** A deviation that nothing shows is a claim. */
    @Test
    void everyDeviationFromAStandardIsShownByAVectorOrATest() throws IOException {
        Set<String> proofs = new TreeSet<>(testClasses().keySet());
        try (Stream<Path> files = Files.walk(ROOT.resolve("test-vectors/src/main/resources"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
                VECTOR_ID.matcher(Files.readString(file)).results().forEach(id -> proofs.add(id.group(1)));
            }
        }
        List<String> rows = Files.readString(ROOT.resolve("docs/standards.md"))
                .lines()
                .filter(line -> line.startsWith("| RFC "))
                .toList();
        assertThat(rows).hasSizeGreaterThan(15);
        for (String row : rows) {
            String cell = row.substring(row.lastIndexOf('|', row.length() - 2));
            List<String> named =
                    CODE_SPAN.matcher(cell).results().map(span -> span.group(1)).toList();
            assertThat(named.isEmpty() && !cell.contains("](")).as(row).isFalse();
            assertThat(named).as(row).allMatch(name -> proofs.contains(name) || proofs.contains(name + ".java"));
        }
    }

    /** Tests of the module for James run the configurations of its own two documents. */
    @Test
    void theConfigurationsForJamesAreTheTestedOnes() throws IOException {
        List<String> tested = new ArrayList<>(Markdown.blocks("james-mailet/README.md", "xml"));
        tested.addAll(Markdown.blocks("james-mailet/MAILETS.md", "xml"));
        assertThat(Markdown.blocks("docs/james.md", "xml")).hasSize(2).isSubsetOf(tested);
    }
}
