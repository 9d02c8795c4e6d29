package org.countersign.config;

import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Explains why a text is not YAML. The messages of the YAML library name its tokens; the author of a file needs to know
 * which character to change.
 */
final class YamlProblems {
    /**
     * One kind of problem.
     *
     * @param sign what the library's message contains
     * @param message what is wrong
     * @param advice what to do about it
     */
    private record Kind(String sign, String message, String advice) {}

    // The first kind whose sign matches is used.
    private static final List<Kind> KINDS = List.of(
            new Kind("TAB", "a tab where only spaces are allowed", "replace the tab with spaces"),
            new Kind(
                    "mapping values are not allowed",
                    "a second colon followed by a space, or a key that is indented too far",
                    "put a value that contains a colon in double quotes, indent the key like the keys next to it, or write"
                            + " the colon that is missing in the line above"),
            new Kind(
                    "sequence entries are not allowed",
                    "a list item (-) is not allowed here",
                    "put it on a line of its own below the key of the list"),
            new Kind(
                    "mapping keys are not allowed",
                    "a key is not allowed here",
                    "put it on a line of its own, indented like the keys next to it"),
            new Kind(
                    "could not find expected ':'",
                    "a line without a colon",
                    "write key: value, with a space after the colon"),
            new Kind(
                    "A simple key is required",
                    "a line without a colon",
                    "write key: value, with a space after the colon"),
            new Kind(
                    "expected <block end>",
                    "the indentation fits none of the lines above",
                    "indent all keys of a section, and all items of a list, by the same number of spaces"),
            new Kind(
                    "expected ',' or ']'",
                    "a list in brackets is not closed, or a comma is missing",
                    "separate its items with commas and end it with ]"),
            new Kind(
                    "expected ',' or '}'",
                    "a section in braces is not closed, or a comma is missing",
                    "separate its keys with commas and end it with }"),
            new Kind("found unexpected end of stream", "a text in quotes does not end", "add the closing quote"),
            new Kind("found unexpected document separator", "a text in quotes does not end", "add the closing quote"),
            new Kind(
                    "escape",
                    "a backslash in double quotes that begins no known sequence",
                    "write two backslashes for one, or use single quotes"),
            new Kind(
                    "alphabetic or numeric character",
                    "a value begins with & or *, which have a special meaning",
                    "put the value in double quotes"),
            new Kind(
                    "unexpected character found",
                    "a value begins with & or *, which have a special meaning",
                    "put the value in double quotes"),
            new Kind(
                    "cannot start any token",
                    "no value can begin with this character",
                    "put the value in double quotes"),
            new Kind("undefined alias", "aliases (*name) are not supported", "write the value out"),
            new Kind("DEL character", "a control character", "remove it"),
            new Kind(
                    "indentation indicator",
                    "a text block that begins with | or > is not understood",
                    "write the text on one line in double quotes"),
            new Kind(
                    "leading empty lines",
                    "a text block that begins with | or > is not understood",
                    "write the text on one line in double quotes"),
            new Kind(
                    "comment or a line break",
                    "a text block that begins with | or > is not understood",
                    "write the text on one line in double quotes"),
            new Kind(
                    "<document start>",
                    "this cannot follow the lines above it",
                    "look for an extra bracket or a wrong indentation"),
            new Kind(
                    "expected the node content",
                    "a value is missing",
                    "write one, or remove the comma or colon before it"),
            new Kind("directive", "directives (%) are not supported", "put the value in double quotes"),
            new Kind("tag", "tags (!name) are not supported", "leave the tag out, or put the value in double quotes"),
            new Kind("URI", "tags (!name) are not supported", "leave the tag out, or put the value in double quotes"));

    private static final Kind OTHER = new Kind(
            "",
            "it cannot be read from here on",
            "check indentation, brackets and quotes in this line and the one above");

    private YamlProblems() {}

    /** Explains a complaint of the library. */
    static ConfigProblem of(ConfigLocation location, MarkedYamlEngineException complaint) {
        String problem = String.valueOf(complaint.getProblem());
        Kind kind = KINDS.stream()
                .filter(candidate -> problem.contains(candidate.sign))
                .findFirst()
                .orElse(OTHER);
        Optional<Integer> begun = complaint
                .getContextMark()
                .map(Mark::getLine)
                .map(line -> line + 1)
                .filter(line -> line < location.line());
        return location.problem(
                at(location)
                        + kind.message
                        + begun.map(line -> " (it begins in line " + line + ")").orElse(""),
                kind.advice);
    }

    static ConfigProblem badCharacter(ConfigLocation location) {
        return location.problem(at(location) + "a character that is not allowed in a text file", "remove it");
    }

    static ConfigProblem unknown(ConfigLocation location) {
        return location.problem(at(location) + OTHER.message, OTHER.advice);
    }

    private static String at(ConfigLocation location) {
        return "not YAML at column " + location.column() + ": ";
    }
}
