package org.countersign.importer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.config.Suggestions;
import org.countersign.service.FileFailure;
import org.countersign.service.FileFailure.Reason;

/**
 * Reads {@code dkimpy-milter.conf} and the files that it names. The names are those of OpenDKIM, but neither the file nor the tables
 * are read in the same way. What dkimpy-milter 1.2.3 does was found by running it.
 */
final class DkimpyFile {
    private static final String PROGRAM = "dkimpy-milter";
    private static final List<String> OWN_NAMES =
            List.of("KeyFileEd25519", "KeyTableEd25519", "SelectorEd25519", "MacroListVerify", "DNSOverride");

    private final OldFiles files;
    private final Findings findings;
    private final Map<String, Directive> directives = new LinkedHashMap<>();

    private DkimpyFile(OldFiles files, Findings findings) {
        this.files = files;
        this.findings = findings;
    }

    /** Whether a file is of dkimpy-milter, and not of OpenDKIM: by its name, a directive, or a path. */
    static boolean isOne(OldFiles files, Path file) throws FileFailure {
        if (files.there(file).contains("dkimpy")) {
            return true;
        }
        for (OldFiles.Line line : files.lines(file, files.there(file))) {
            List<String> words = Words.ofLine(Words.withoutComment(line.text()));
            if (!words.isEmpty()
                    && (OWN_NAMES.contains(words.getFirst()) || words.getLast().contains(PROGRAM))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Reads the directives.
     *
     * @param findings receives the lines that the program ignores
     * @throws FileFailure if the file cannot be read, or the program does not start with it
     */
    static DkimpyFile read(OldFiles files, Path file, Findings findings) throws FileFailure {
        DkimpyFile reading = new DkimpyFile(files, findings);
        for (OldFiles.Line line : files.lines(file, files.there(file))) {
            String text = Words.withoutComment(line.text());
            if (!text.isEmpty()) {
                reading.readLine(text, line.origin());
            }
        }
        return reading;
    }

    private void readLine(String text, Origin origin) throws FileFailure {
        String name = Words.ofLine(text).getFirst();
        Directive directive = new Directive(name, text.substring(name.length()).strip(), origin);
        Optional<DirectiveCatalog.Rule> rule = DirectiveCatalog.DKIMPY.find(name);
        if (rule.isEmpty() || !rule.get().name().equals(name)) {
            findings.add(FindingClass.DEAD, origin, SecretFreeText.hidden(name), unknown(name, rule));
            return;
        }
        if (directive.value().isEmpty()) {
            findings.add(FindingClass.DEAD, directive, "dkimpy-milter ignores a line without a value.");
            return;
        }
        boolean fits = switch (rule.get().type()) {
            case BOOLEAN -> Directive.flag(directive.value()).isPresent();
            case INTEGER -> Directive.decimal(directive.value()).isPresent();
            default -> true;
        };
        if (!fits) {
            throw refused(
                    directive,
                    rule.get().type() == DirectiveCatalog.Type.BOOLEAN
                            ? "it is neither yes nor no"
                            : "it is no whole number in decimal digits");
        }
        Directive earlier = directives.put(name, directive);
        if (earlier != null) {
            findings.add(FindingClass.DEAD, earlier, "Line " + origin + " has the same name, and the last one counts.");
        }
    }

    private static String unknown(String name, Optional<DirectiveCatalog.Rule> rule) {
        if (name.indexOf(OldFiles.BYTE_ORDER_MARK) == 0) {
            return OldFiles.BEHIND_BYTE_ORDER_MARK + ": dkimpy-milter ignores the line. Save the file without it.";
        }
        if (name.indexOf('=') > 0) {
            return "dkimpy-milter wants a blank between name and value, and no =. It ignores the line.";
        }
        return "dkimpy-milter has no directive of this name, and ignores it"
                + rule.map(DirectiveCatalog.Rule::name)
                        .or(() -> Suggestions.nearest(name, DirectiveCatalog.DKIMPY.names()))
                        .map(near -> ": did you mean " + near + "?")
                        .orElse(".");
    }

    /** The failure of a line with which the program does not start, or defers all mail. */
    static FileFailure refused(Directive directive, String problem) {
        return new FileFailure(
                Reason.INVALID,
                directive.origin() + ": " + directive.shown() + ": " + problem
                        + ". dkimpy-milter does not run with this line, so it is not what runs");
    }

    Optional<Directive> find(String name) {
        return Optional.ofNullable(directives.get(name));
    }

    /** Adds a finding for each directive that needs no translation. */
    void reportUntranslated() {
        for (Directive directive : directives.values()) {
            DirectiveCatalog.Rule rule =
                    DirectiveCatalog.DKIMPY.find(directive.name()).orElseThrow();
            rule.kind().ifPresent(kind -> {
                boolean without = kind.compareTo(FindingClass.KEPT) < 0 && rule.isDefault(directive.value());
                findings.add(
                        without ? FindingClass.DEFAULT : kind,
                        directive,
                        without ? "The same as without the line." : rule.explanation());
            });
        }
    }

    /** The elements of a list: words with commas, or the lines of a file that have one word. */
    List<DataSet.Entry> list(Directive directive) throws FileFailure {
        Optional<String> file = file(directive.value());
        if (file.isEmpty()) {
            String text = directive.value().startsWith("csl:")
                    ? directive.value().substring("csl:".length())
                    : directive.value();
            return Words.list(text.replace(' ', ',').replace('\t', ',')).stream()
                    .map(word -> new DataSet.Entry(word, "", directive.origin()))
                    .toList();
        }
        List<DataSet.Entry> entries = new ArrayList<>();
        for (OldFiles.Line line : lines(directive, file.get())) {
            List<String> words = Words.ofLine(line.text());
            if (words.size() == 1) {
                entries.add(new DataSet.Entry(words.getFirst(), "", line.origin()));
            } else {
                findings.add(
                        FindingClass.DEAD,
                        line.origin(),
                        SecretFreeText.hidden(words.getFirst()),
                        "dkimpy-milter does not read a line with several words, nor with a comment behind the word. Write the word"
                                + " alone.");
            }
        }
        return entries;
    }

    /**
     * The lines of a table: a name, a blank and a value. Of two lines with one name the last one counts, in the place of the first.
     *
     * @throws FileFailure if the file cannot be read, or the table is none, and the program does not start
     */
    List<DataSet.Entry> table(Directive directive) throws FileFailure {
        Optional<String> file = file(directive.value());
        if (file.isEmpty()) {
            throw refused(directive, "a table has to be in a file, whose path begins with /, file: or refile:");
        }
        Map<String, DataSet.Entry> entries = new LinkedHashMap<>();
        for (OldFiles.Line line : lines(directive, file.get())) {
            List<String> words = Words.ofLine(line.text());
            if (words.size() != 2) {
                findings.add(
                        FindingClass.DEAD,
                        line.origin(),
                        SecretFreeText.hidden(words.getFirst()),
                        "dkimpy-milter reads lines of two words, and no comment behind them. Write NAME VALUE.");
                continue;
            }
            DataSet.Entry earlier =
                    entries.put(words.getFirst(), new DataSet.Entry(words.getFirst(), words.getLast(), line.origin()));
            if (earlier != null) {
                findings.add(
                        FindingClass.DEAD,
                        earlier.origin(),
                        earlier.key(),
                        "Line " + line.origin() + " has the same name, and the last one counts.");
            }
        }
        return List.copyOf(entries.values());
    }

    private static Optional<String> file(String value) {
        if (value.startsWith("/")) {
            return Optional.of(value);
        }
        return List.of("file:", "refile:").stream()
                .filter(value::startsWith)
                .map(type -> value.substring(type.length()))
                .findFirst();
    }

    private List<OldFiles.Line> lines(Directive directive, String name) throws FileFailure {
        try {
            return files.lines(name).stream()
                    .filter(line -> !line.text().startsWith("#")
                            && !Words.ofLine(line.text()).isEmpty())
                    .toList();
        } catch (FileFailure unreadable) {
            throw new FileFailure(
                    unreadable.reason(),
                    directive.origin() + ": " + directive.name() + ": "
                            + unreadable.lines().getFirst());
        }
    }
}
