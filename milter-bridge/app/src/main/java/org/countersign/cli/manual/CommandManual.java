package org.countersign.cli.manual;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.countersign.cli.manual.ManualPage.Part;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual pages of commands, from the model of the command line. */
public final class CommandManual {
    private static final List<Part.Term> EXIT_STATUSES = List.of(
            new Part.Term("64", "The command line is wrong."),
            new Part.Term("65", "The content of an input is wrong."),
            new Part.Term("66", "An input file, or the store, does not exist."),
            new Part.Term("70", "An error in this program."),
            new Part.Term("73", "An output file cannot be created."),
            new Part.Term("74", "Reading, writing or listening failed."),
            new Part.Term("75", "Try again later: a server could not be asked."),
            new Part.Term("77", "This user may not read a file, or other users may read a secret one."),
            new Part.Term("78", "The policy file is wrong."));

    /** Such as {@code 0 found, 1 none found.} */
    private static final Pattern STATUS = Pattern.compile("(\\d+) ([^,.;:\\d]+)");

    private static final Pattern STATUS_LIST = Pattern.compile("\\d+ [^,.;:\\d]+(, \\d+ [^,.;:\\d]+)*\\.");

    private CommandManual() {}

    /** A page for a command and one for each command below it. */
    public static List<ManualPage> pages(CommandSpec command) {
        List<ManualPage> pages = new ArrayList<>();
        pages.add(page(command));
        distinct(command).forEach(sub -> pages.addAll(pages(sub)));
        return pages;
    }

    /** The page of one command. */
    public static ManualPage page(CommandSpec command) {
        List<Part> parts = new ArrayList<>();
        List<String> description = paragraphs(command);
        parts.add(new Part.Heading("NAME"));
        parts.add(new Part.Paragraph(name(command) + " - " + summary(description.getFirst())));
        parts.add(new Part.Heading("SYNOPSIS"));
        parts.add(new Part.Paragraph(synopsis(command)));
        parts.add(new Part.Heading("DESCRIPTION"));
        description.forEach(text -> parts.add(new Part.Paragraph(text)));
        options(parts, command);
        commands(parts, command);
        Footer footer = Footer.of(command);
        if (!footer.notes().isEmpty()) {
            parts.add(new Part.Heading("NOTES"));
            parts.add(new Part.Paragraph(footer.notes()));
        }
        exitStatus(parts, footer);
        parts.add(new Part.Heading("FILES"));
        files(parts);
        examples(parts, command);
        seeAlso(parts, command);
        return new ManualPage(name(command), 1, parts);
    }

    private static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    /** The commands below, each once, whatever other names it has. */
    private static Set<CommandSpec> distinct(CommandSpec command) {
        return command.subcommands().values().stream()
                .map(sub -> sub.getCommandSpec())
                .filter(sub -> !sub.usageMessage().hidden())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The lines of the description up to each empty line. */
    private static List<String> paragraphs(CommandSpec command) {
        List<String> paragraphs = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        for (String line : command.usageMessage().description()) {
            if (line.isBlank() && !paragraph.isEmpty()) {
                paragraphs.add(paragraph.toString());
                paragraph.setLength(0);
            } else {
                paragraph.append(paragraph.isEmpty() ? "" : " ").append(Ansi.OFF.string(line));
            }
        }
        paragraphs.add(paragraph.toString());
        return paragraphs;
    }

    /** The first sentence without its full stop. */
    private static String summary(String description) {
        int end = description.indexOf(". ");
        String sentence = end < 0 ? description : description.substring(0, end);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static String synopsis(CommandSpec command) {
        StringBuilder synopsis = new StringBuilder("`" + command.qualifiedName(" ") + "`");
        for (OptionSpec option : command.options()) {
            if (!option.hidden() && !option.usageHelp() && !option.versionHelp()) {
                String words = "`" + option.longestName() + "`" + parameter(option);
                synopsis.append(' ').append(option.required() ? words : "[" + words + "]");
                synopsis.append(option.isMultiValue() ? "..." : "");
            }
        }
        if (!command.subcommands().isEmpty()) {
            boolean needed = command.userObject() instanceof Runnable;
            synopsis.append(needed ? " COMMAND" : " [COMMAND]");
        }
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            String label = parameter.paramLabel() + (parameter.isMultiValue() ? "..." : "");
            synopsis.append(' ').append(parameter.required() ? label : "[" + label + "]");
        }
        return synopsis.toString();
    }

    private static String parameter(OptionSpec option) {
        return option.arity().max() == 0 ? "" : " " + option.paramLabel();
    }

    private static void options(List<Part> parts, CommandSpec command) {
        parts.add(new Part.Heading("OPTIONS"));
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            parts.add(new Part.Term(parameter.paramLabel(), meaning(parameter)));
        }
        for (OptionSpec option : command.options()) {
            if (!option.hidden()) {
                String names = String.join("`, `", option.names());
                parts.add(new Part.Term("`" + names + "`" + parameter(option), meaning(option)));
            }
        }
    }

    private static String meaning(ArgSpec argument) {
        return Ansi.OFF.string(String.join(" ", argument.description()));
    }

    private static void commands(List<Part> parts, CommandSpec command) {
        if (!command.subcommands().isEmpty()) {
            parts.add(new Part.Heading("COMMANDS"));
            for (CommandSpec sub : distinct(command)) {
                parts.add(new Part.Term(
                        "`" + sub.name() + "`", paragraphs(sub).getFirst() + " See `" + name(sub) + "`(1)."));
            }
        }
    }

    private static void exitStatus(List<Part> parts, Footer footer) {
        parts.add(new Part.Heading("EXIT STATUS"));
        if (footer.exitStatus().isEmpty()) {
            parts.add(new Part.Term("0", "Success."));
        } else if (STATUS_LIST.matcher(footer.exitStatus()).matches()) {
            STATUS.matcher(footer.exitStatus())
                    .results()
                    .forEach(found -> parts.add(new Part.Term(found.group(1), sentence(found.group(2)))));
        } else {
            parts.add(new Part.Paragraph(footer.exitStatus()));
        }
        parts.addAll(EXIT_STATUSES);
    }

    private static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
    }

    private static void files(List<Part> parts) {
        parts.add(new Part.Term("`/etc/countersign/countersign.yaml`", "The policy file of an installed program."));
        parts.add(new Part.Term("`/etc/countersign/keys`", "A directory for private keys."));
        parts.add(new Part.Term(
                "`/etc/default/countersign`",
                "Options of the Java virtual machine, for the service and for commands."));
        parts.add(new Part.Term("`/var/lib/countersign/store.db`", "The store of the trace and of reports."));
        parts.add(new Part.Term("`/usr/share/doc/countersign`", "All settings, the log, and how to connect Postfix."));
    }

    private static void examples(List<Part> parts, CommandSpec command) {
        List<List<String>> examples = Footer.examples(command);
        if (!examples.isEmpty()) {
            parts.add(new Part.Heading("EXAMPLES"));
            parts.add(new Part.Typed(examples.stream().flatMap(List::stream).toList()));
        }
    }

    private static void seeAlso(List<Part> parts, CommandSpec command) {
        List<String> names = new ArrayList<>();
        CommandSpec parent = command.parent();
        if (parent != null) {
            names.add(name(parent));
            distinct(parent).forEach(sub -> names.add(name(sub)));
        }
        distinct(command).forEach(sub -> names.add(name(sub)));
        names.removeIf(name -> name.equals(name(command)));
        parts.add(new Part.Heading("SEE ALSO"));
        parts.add(new Part.Paragraph(
                names.stream().map(name -> "`" + name + "`(1), ").collect(Collectors.joining())
                        + "`countersign.yaml`(5)"));
    }
}
