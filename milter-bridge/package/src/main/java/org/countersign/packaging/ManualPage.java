package org.countersign.packaging;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Manual pages of commands, in the macros of man(7), from the model of the command line. */
final class ManualPage {
    private final String version;
    private final String date;

    /**
     * @param version of the program
     * @param time of the sources, whose day is shown
     */
    ManualPage(String version, Instant time) {
        this.version = version;
        this.date = time.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    }

    /** A page for the program and one for each command, by their names without section. */
    Map<String, String> ofAll(CommandSpec program) {
        Map<String, String> pages = new TreeMap<>();
        add(program, pages);
        return pages;
    }

    private void add(CommandSpec command, Map<String, String> pages) {
        pages.put(name(command), page(command));
        command.subcommands().values().forEach(sub -> add(sub.getCommandSpec(), pages));
    }

    private static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    private String page(CommandSpec command) {
        StringBuilder page = new StringBuilder();
        String description = String.join(" ", command.usageMessage().description());
        page.append(".TH \"").append(text(name(command)).toUpperCase(java.util.Locale.ROOT));
        page.append("\" \"1\" \"")
                .append(date)
                .append("\" \"Countersign ")
                .append(version)
                .append("\"\n");
        section(page, "NAME");
        page.append(text(name(command)))
                .append(" \\- ")
                .append(text(summary(description)))
                .append('\n');
        section(page, "SYNOPSIS");
        synopsis(page, command);
        section(page, "DESCRIPTION");
        page.append(text(description)).append('\n');
        options(page, command);
        commands(page, command);
        footer(page, command);
        files(page);
        seeAlso(page, command);
        return page.toString();
    }

    /** The first sentence without its full stop, as the line of the section NAME has it. */
    private static String summary(String description) {
        int end = description.indexOf(". ");
        String sentence = end < 0 ? description : description.substring(0, end);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static void section(StringBuilder page, String title) {
        page.append(".SH ").append(title).append('\n');
    }

    private static void synopsis(StringBuilder page, CommandSpec command) {
        page.append(".B ").append(text(command.qualifiedName(" "))).append('\n');
        for (OptionSpec option : options(command)) {
            String words = "\\fB" + text(option.longestName()) + "\\fR" + parameter(option);
            page.append(option.required() ? words : "[" + words + "]");
            page.append(option.isMultiValue() ? "...\n" : "\n");
        }
        if (!command.subcommands().isEmpty()) {
            page.append("\\fICOMMAND\\fR\n");
        }
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            page.append("\\fI").append(text(parameter.paramLabel())).append("\\fR\n");
        }
    }

    private static List<OptionSpec> options(CommandSpec command) {
        List<OptionSpec> shown = new ArrayList<>(command.options());
        shown.removeIf(option -> option.hidden() || option.usageHelp() || option.versionHelp());
        return shown;
    }

    private static String parameter(OptionSpec option) {
        return option.arity().max() == 0 ? "" : " \\fI" + text(option.paramLabel()) + "\\fR";
    }

    private static void options(StringBuilder page, CommandSpec command) {
        section(page, "OPTIONS");
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            entry(page, "\\fI" + text(parameter.paramLabel()) + "\\fR", parameter);
        }
        for (OptionSpec option : command.options()) {
            if (!option.hidden()) {
                List<String> names = new ArrayList<>();
                for (String each : option.names()) {
                    names.add("\\fB" + text(each) + "\\fR");
                }
                entry(page, String.join(", ", names) + parameter(option), option);
            }
        }
    }

    private static void entry(StringBuilder page, String label, ArgSpec argument) {
        page.append(".TP\n").append(label).append('\n');
        String description = String.join(" ", argument.description());
        page.append(text(Ansi.OFF.string(description))).append('\n');
    }

    private static void commands(StringBuilder page, CommandSpec command) {
        if (command.subcommands().isEmpty()) {
            return;
        }
        section(page, "COMMANDS");
        command.subcommands().values().forEach(sub -> {
            CommandSpec spec = sub.getCommandSpec();
            page.append(".TP\n\\fB").append(text(spec.name())).append("\\fR\n");
            page.append(text(String.join(" ", spec.usageMessage().description())));
            page.append(" See \\fB").append(text(name(spec))).append("\\fR(1).\n");
        });
    }

    /** The end of the help text, in which "Examples:" begins lines that are typed. */
    private static void footer(StringBuilder page, CommandSpec command) {
        boolean notes = false;
        boolean typed = false;
        for (String line : command.usageMessage().footer()) {
            boolean indented = line.startsWith("  ");
            if (typed && !indented) {
                page.append(".EE\n.RE\n");
                typed = false;
            }
            if (line.startsWith("Example")) {
                section(page, "EXAMPLES");
                notes = false;
            } else if (indented) {
                if (!typed) {
                    page.append(".RS 4\n.EX\n");
                    typed = true;
                }
                page.append(text(line.substring(2))).append('\n');
            } else if (!line.isBlank()) {
                if (!notes) {
                    section(page, "NOTES");
                    notes = true;
                }
                page.append(text(line)).append('\n');
            }
        }
        if (typed) {
            page.append(".EE\n.RE\n");
        }
    }

    private static void files(StringBuilder page) {
        section(page, "FILES");
        file(page, "/etc/countersign/countersign.yaml", "The policy file of an installed program.");
        file(page, "/etc/countersign/keys", "A directory for private keys.");
        file(page, "/etc/default/countersign", "Options of the Java virtual machine of the service.");
        file(page, "/usr/share/doc/countersign", "All settings, the log, and how to connect Postfix.");
    }

    private static void file(StringBuilder page, String name, String meaning) {
        page.append(".TP\n.I ")
                .append(text(name))
                .append('\n')
                .append(text(meaning))
                .append('\n');
    }

    private static void seeAlso(StringBuilder page, CommandSpec command) {
        List<String> names = new ArrayList<>();
        CommandSpec parent = command.parent();
        if (parent != null) {
            names.add(name(parent));
            parent.subcommands().values().forEach(sub -> names.add(name(sub.getCommandSpec())));
        }
        command.subcommands().values().forEach(sub -> names.add(name(sub.getCommandSpec())));
        names.removeIf(name -> name.equals(name(command)));
        section(page, "SEE ALSO");
        for (int i = 0; i < names.size(); i++) {
            page.append(".BR ").append(text(names.get(i))).append(i < names.size() - 1 ? " (1),\n" : " (1)\n");
        }
    }

    /** Text without meaning for roff. */
    private static String text(String text) {
        String escaped = text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("\n.", "\n\\&.")
                .replace("\n'", "\n\\&'");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
