package org.countersign.cli.manual;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The end of a help text, taken apart. Examples are the indented lines after "Examples:". The meanings of the exit status
 * are the lines from "Exit status:" up to an empty one.
 *
 * @param examples each with its continuation lines
 * @param exitStatus empty if the text has none
 * @param notes the other lines
 */
record Footer(List<List<String>> examples, String exitStatus, String notes) {
    private static final String EXIT_STATUS = "Exit status:";

    static Footer of(CommandSpec command) {
        List<List<String>> examples = new ArrayList<>();
        List<String> status = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        boolean continued = false;
        boolean inStatus = false;
        for (String line : command.usageMessage().footer()) {
            inStatus = line.startsWith(EXIT_STATUS) || (inStatus && !line.isBlank());
            if (continued) {
                examples.getLast().add(line.substring(Math.min(2, line.length())));
            } else if (inStatus) {
                status.add(
                        line.startsWith(EXIT_STATUS)
                                ? line.substring(EXIT_STATUS.length()).strip()
                                : line);
            } else if (line.startsWith("Example")) {
                String sameLine = line.substring(line.indexOf(':') + 1).strip();
                if (!sameLine.isEmpty()) {
                    examples.add(new ArrayList<>(List.of(sameLine)));
                }
            } else if (line.startsWith("  ")) {
                examples.add(new ArrayList<>(List.of(line.substring(2))));
            } else if (!line.isBlank()) {
                notes.add(line);
            }
            continued = line.startsWith("  ") && line.endsWith("\\");
        }
        return new Footer(examples, withoutErrors(String.join(" ", status)), String.join(" ", notes));
    }

    /** A page has a list of errors, so the short mention of a help text is left out. */
    private static String withoutErrors(String status) {
        String mention = ", 64 and above: an error.";
        return status.endsWith(mention) ? status.substring(0, status.length() - mention.length()) + "." : status;
    }

    /**
     * The examples of a command. A command without its own has those of the commands above it that name it, or the first
     * one of each command below it.
     */
    static List<List<String>> examples(CommandSpec command) {
        List<List<String>> own = of(command).examples();
        String name = command.qualifiedName(" ") + " ";
        for (CommandSpec above = command.parent(); own.isEmpty() && above != null; above = above.parent()) {
            own = of(above).examples().stream()
                    .filter(lines -> (lines.getFirst() + " ").startsWith(name))
                    .toList();
        }
        if (own.isEmpty()) {
            own = command.subcommands().values().stream()
                    .flatMap(below -> examples(below.getCommandSpec()).stream().limit(1))
                    .toList();
        }
        return own;
    }
}
