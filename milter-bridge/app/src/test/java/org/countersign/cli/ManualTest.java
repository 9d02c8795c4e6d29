package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.countersign.cli.manual.ManualPage;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.ParsedConfiguration;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Help, manual pages and completion, for every command of the program. */
@Execution(ExecutionMode.CONCURRENT)
class ManualTest {
    private static final Pattern SENTENCE_END = Pattern.compile("\\.(?=\\s|$)");

    @TempDir
    private Path directory;

    /** The words of every command, without the name of the program. */
    static List<String> commands() {
        List<String> commands = new ArrayList<>();
        add(Main.specification(), commands);
        return commands;
    }

    private static void add(CommandSpec command, List<String> commands) {
        for (CommandLine below : command.subcommands().values()) {
            commands.add(below.getCommandSpec().qualifiedName(" ").substring("countersign ".length()));
            add(below.getCommandSpec(), commands);
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpShowsThePageOfEveryCommand(String command) {
        CommandRun run = CommandRun.of(("help " + command).split(" ", -1));
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith("NAME\n       countersign-" + command.replace(' ', '-') + " - ")
                .containsSubsequence(
                        "\nSYNOPSIS\n       countersign " + command,
                        "\nDESCRIPTION\n",
                        "\nOPTIONS\n",
                        "\nEXIT STATUS\n",
                        "\nFILES\n",
                        "\nEXAMPLES\n           ",
                        "countersign " + command,
                        "\nSEE ALSO\n");
        assertThat(text(run.out(), "DESCRIPTION")).contains(".");
        assertThat(run.out().lines().filter(line -> !line.startsWith("           ")))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    /** Picocli would break longer lines after a word, so that one word has a line of its own. */
    @ParameterizedTest
    @MethodSource("commands")
    void theNotesBelowTheOptionsFitIntoATerminal(String command) {
        CommandSpec specification = Main.specification();
        for (String name : command.split(" ", -1)) {
            specification = Objects.requireNonNull(specification.subcommands().get(name), name)
                    .getCommandSpec();
        }
        assertThat(specification.usageMessage().footer())
                .filteredOn(text -> !text.startsWith(" "))
                .allSatisfy(text -> assertThat(text).hasSizeLessThanOrEqualTo(80));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyExampleIsACommandThatTheProgramUnderstands(String command) {
        String typed = text(CommandRun.of(("help " + command).split(" ", -1)).out(), "EXAMPLES")
                .replace("\\\n", " ");
        assertThat(typed.lines().map(String::strip).filter(line -> line.startsWith("countersign ")))
                .isNotEmpty()
                .allSatisfy(DocumentIndexTest::assertUnderstood);
    }

    /** What it is for, what it does not do or what to do next: a name of a command alone does not say this. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyPageHasThreeSentencesAndTwoExamples(String command) {
        String page = CommandRun.of(("help " + command).split(" ", -1)).out();
        String description = text(page, "DESCRIPTION") + (page.contains("\nNOTES\n") ? text(page, "NOTES") : "");
        assertThat(SENTENCE_END.matcher(description).results()).as(description).hasSizeGreaterThanOrEqualTo(3);
        assertThat(text(page, "EXAMPLES").lines().map(String::strip))
                .filteredOn(line -> line.contains("countersign"))
                .hasSizeGreaterThanOrEqualTo(2);
    }

    /** The lines of one section. */
    private static String text(String page, String section) {
        int from = page.indexOf("\n" + section + "\n") + section.length() + 2;
        int to = page.indexOf("\n\n", from);
        while (to >= 0 && page.charAt(to + 2) == ' ') {
            to = page.indexOf("\n\n", to + 2);
        }
        return page.substring(from, to < 0 ? page.length() : to);
    }

    @Test
    void helpIsReadByAPerson() {
        assertThat(CommandRun.of("help", "version").out()).startsWith("""
            NAME
                   countersign-version - Shows the version of the program, the Java that
                   runs it, and the commit that it was built from, if the build has named
                   one

            SYNOPSIS
                   countersign version [--debug]

            DESCRIPTION
                   Shows the version of the program, the Java that runs it, and the commit
                   that it was built from, if the build has named one. Add its output to a
                   report of an error.

                   No configuration is read.

            OPTIONS
                   -h, --help
                          Show this help message and exit.

                   -V, --version
                          Print version information and exit.

                   --debug
                          Log more, and show a stack trace for an internal error.

            EXIT STATUS
                   0      Success.

                   64     The command line is wrong.
            """);
    }

    @Test
    void aListOfExitStatusesIsOnLinesOfItsOwn() {
        assertThat(CommandRun.of("help", "policy", "test").out()).contains("""
            EXIT STATUS
                   0      All as expected.

                   1      Some not as expected.

                   64     The command line is wrong.
            """);
    }

    @Test
    void helpWithoutACommandListsAllAndAnUnknownOneIsAUsageError() {
        assertThat(CommandRun.of("help").out())
                .isEqualTo(CommandRun.of("--help").out());
        CommandRun unknown = CommandRun.of("help", "policy", "shew");
        assertThat(unknown.status()).isEqualTo(64);
        assertThat(unknown.err()).startsWith("countersign help: countersign policy has no command \"shew\"");
    }

    @Test
    void everyExitStatusOfAnErrorIsExplained() {
        String page = text(CommandRun.of("help", "version").out(), "EXIT STATUS");
        assertThat(Arrays.stream(ExitStatus.values()).filter(status -> status.code() >= 64))
                .allSatisfy(status -> assertThat(page).contains("\n       " + status.code() + "     "));
    }

    @Test
    void thePageOfThePolicyFileHasEverySetting() {
        ManualPage page = Main.manual().getLast();
        assertThat(page.fileName()).isEqualTo("countersign.yaml.5");
        ParsedConfiguration.Valid defaults =
                (ParsedConfiguration.Valid) ConfigurationParser.parse("", Octets.EMPTY, BridgeConfiguration.FRONT_END);
        String text = page.plain();
        assertThat(defaults.settings())
                .hasSizeGreaterThan(50)
                .allSatisfy(setting -> assertThat(text).containsPattern("\n {7}" + setting.path() + "[ \n]"));
        assertThat(text.lines()).noneMatch(line -> line.contains("]("));
    }

    @Test
    void manWritesAPageForEveryCommandThatGroffAccepts() throws Exception {
        CommandRun run = CommandRun.of("man", directory.toString());
        assertThat(run.status()).isZero();
        List<String> expected = new ArrayList<>(List.of("man1/countersign.1", "man5/countersign.yaml.5"));
        commands().forEach(command -> expected.add("man1/countersign-" + command.replace(' ', '-') + ".1"));
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> directory.relativize(file).toString()))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThat(run.out()).startsWith(expected.size() + " pages written to ");
        String page = Files.readString(directory.resolve("man1/countersign-config-check.1"));
        assertThat(page)
                .startsWith(".TH \"COUNTERSIGN\\-CONFIG\\-CHECK\" \"1\" \"")
                .contains("\n.SH EXIT STATUS\n");
        List<String> groff = new ArrayList<>(List.of("groff", "-man", "-Tutf8", "-ww", "-z"));
        expected.forEach(file -> groff.add(directory.resolve(file).toString()));
        assertThat(output(groff)).isEmpty();
    }

    @Test
    void manNeedsADirectoryThatItCanWrite() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        CommandRun run = CommandRun.of("man", file.toString());
        assertThat(run.status()).isEqualTo(73);
        assertThat(run.err())
                .isEqualTo("countersign: " + file.resolve("man1") + " cannot be written: " + file
                        + " is no directory: choose another name\n");
    }

    @Test
    void theShellsCompleteCommands() throws Exception {
        Path script = Files.writeString(
                directory.resolve("countersign.bash"),
                CommandRun.of("completion", "bash").out());
        String words = output(List.of("bash", "-c", """
            source '%s'
            COMP_WORDS=(countersign pol); COMP_CWORD=1; _complete_countersign; echo "${COMPREPLY[@]}"
            COMP_WORDS=(countersign policy ''); COMP_CWORD=2; _complete_countersign; echo "${COMPREPLY[@]}"
            """.formatted(script)));
        assertThat(words.lines().toList()).first().isEqualTo("policy");
        assertThat(words).contains("show", "test");
        assertThat(CommandRun.of("completion", "zsh").out()).startsWith("#compdef countersign\n");
        CommandRun unknown = CommandRun.of("completion", "fish");
        assertThat(unknown.status()).isEqualTo(64);
        assertThat(unknown.err()).contains("Invalid value for positional parameter", "fish");
    }

    @Test
    void versionNamesProgramAndJava() {
        CommandRun run = CommandRun.of("version");
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("countersign ").contains("\njava " + Runtime.version());
    }

    private String output(List<String> command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.waitFor();
        return Files.readString(output);
    }
}
