package org.countersign.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.config.Suggestions;
import org.countersign.service.FileFailure;
import org.countersign.service.FileFailure.Reason;

/**
 * Reads {@code opendkim.conf} and {@code opendmarc.conf}, which have one parser: a name, blanks, and a value to the end of
 * the line. There are no quotes and no continued lines. What the old program refuses to start with is a failure.
 */
final class DirectiveFile {
    private static final int MAX_DEPTH = 5;
    private static final int MAX_DIRECTIVES = 100_000;
    private static final String INCLUDE = "Include";

    private final OldFiles files;
    private final DirectiveCatalog catalog;
    private final Findings findings;
    private final List<Directive> directives = new ArrayList<>();

    private DirectiveFile(OldFiles files, DirectiveCatalog catalog, Findings findings) {
        this.files = files;
        this.catalog = catalog;
        this.findings = findings;
    }

    /**
     * The directives of a file and of those that it includes, in their order. Of several with one name, the last one counts.
     *
     * @param findings receives each include
     * @throws FileFailure if a file cannot be read, or has a line that the old program refuses
     */
    static List<Directive> read(OldFiles files, java.nio.file.Path file, DirectiveCatalog catalog, Findings findings)
            throws FileFailure {
        DirectiveFile reading = new DirectiveFile(files, catalog, findings);
        reading.readLines(files.lines(file, files.there(file)), 0);
        return reading.directives;
    }

    private void readLines(List<OldFiles.Line> lines, int depth) throws FileFailure {
        for (OldFiles.Line line : lines) {
            String text = Words.withoutComment(line.text());
            if (text.isEmpty()) {
                continue;
            }
            int end = 0;
            while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
                end++;
            }
            read(new Directive(text.substring(0, end), text.substring(end).strip(), line.origin()), depth);
        }
    }

    private void read(Directive read, int depth) throws FileFailure {
        Optional<DirectiveCatalog.Rule> rule = catalog.find(read.name());
        if (rule.isEmpty()) {
            throw refused(read, unknown(read.name()));
        }
        Directive directive = new Directive(rule.get().name(), read.value(), read.origin());
        if (directive.value().isEmpty()) {
            throw refused(directive, directive.name() + " has no value");
        }
        checkType(directive, rule.get().type());
        if (directives.size() == MAX_DIRECTIVES) {
            throw refused(directive, "there are more than " + MAX_DIRECTIVES + " lines: is it the right file?");
        }
        if (directive.name().equals(INCLUDE)) {
            include(directive, depth);
        } else {
            directives.add(directive);
        }
    }

    private String unknown(String name) {
        if (name.indexOf(OldFiles.BYTE_ORDER_MARK) == 0) {
            return OldFiles.BEHIND_BYTE_ORDER_MARK + ". Save the file without it";
        }
        int equals = name.indexOf('=');
        boolean continued =
                !directives.isEmpty() && directives.getLast().value().endsWith("\\");
        return "unknown name "
                + SecretFreeText.of(equals < 0 ? name : name.substring(0, equals + 1))
                + (equals < 0 ? "" : ", because a blank stands between name and value, and no =")
                + (continued ? ", because a backslash does not continue the line before" : "")
                + Suggestions.nearest(name, catalog.names())
                        .map(near -> ": did you mean " + near + "?")
                        .orElse("");
    }

    private static void checkType(Directive directive, DirectiveCatalog.Type type) throws FileFailure {
        if (type == DirectiveCatalog.Type.BOOLEAN
                && Directive.flag(directive.value()).isEmpty()) {
            throw refused(directive, directive.name() + " is neither yes nor no: " + directive.shown());
        }
        if (type == DirectiveCatalog.Type.INTEGER
                && Directive.integer(directive.value()).isEmpty()) {
            throw refused(directive, directive.name() + " is not a whole number: " + directive.shown());
        }
    }

    private void include(Directive directive, int depth) throws FileFailure {
        if (depth + 1 >= MAX_DEPTH) {
            throw refused(directive, "the files include each other, or are nested deeper than " + MAX_DEPTH);
        }
        findings.add(FindingClass.KEPT, directive, "The file was read.");
        try {
            readLines(files.lines(directive.value()), depth + 1);
        } catch (FileFailure unreadable) {
            throw unreadable.reason() == Reason.INVALID
                    ? unreadable
                    : new FileFailure(
                            unreadable.reason(),
                            directive.origin() + ": Include: "
                                    + unreadable.lines().getFirst()
                                    + (directive.value().indexOf('*') < 0
                                            ? ""
                                            : ". Include takes the name of one file: a * is no pattern, and the old program does not"
                                                    + " start with it"));
        }
    }

    private static FileFailure refused(Directive directive, String problem) {
        return new FileFailure(
                Reason.INVALID,
                directive.origin() + ": " + problem + (problem.endsWith("?") ? "" : ".")
                        + " The old program does not start with this line, so it is not what runs");
    }
}
