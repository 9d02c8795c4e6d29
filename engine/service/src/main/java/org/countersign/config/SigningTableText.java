package org.countersign.config;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.countersign.signing.KeyValidity;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * The text of a table file, for programs that change some of its lines. Lines that are not changed keep every octet, and
 * changed lines keep their comment. Immutable. Every result is a table that {@link SigningTableFile} reads.
 */
public final class SigningTableText {
    private static final String ACTIVE_FROM = "active-from=";
    private static final String RETIRE_AFTER = "retire-after=";
    private static final String PASSPHRASE = "passphrase-";
    private static final int SELECTOR = 2;
    private static final int KEY_FILE = 3;

    private final String source;
    private final List<String> text;
    private final Map<Integer, SigningTableFile.Line> byNumber = new HashMap<>();
    private final List<SigningTableFile.Line> lines;

    private SigningTableText(String source, List<String> text, List<SigningTableFile.Line> lines) {
        this.source = source;
        this.text = List.copyOf(text);
        this.lines = List.copyOf(lines);
        lines.forEach(line -> byNumber.put(line.location().line(), line));
    }

    /**
     * Reads a table.
     *
     * @param source the name of the file, for messages
     * @return the table, or everything that is wrong with it
     */
    public static Parsed<SigningTableText, List<ConfigProblem>> parse(String source, Octets octets) {
        return switch (SigningTableFile.parse(source, octets)) {
            case Parsed.Value<List<SigningTableFile.Line>, SigningTableFile.Faults>(
                    List<SigningTableFile.Line> lines) ->
                new Parsed.Value<>(
                        new SigningTableText(source, octets.utf8().lines().toList(), lines));
            case Parsed.Malformed<List<SigningTableFile.Line>, SigningTableFile.Faults>(
                    SigningTableFile.Faults faults) -> new Parsed.Malformed<>(faults.problems());
        };
    }

    /** The lines that name a key, in the order of the file. */
    public List<SigningTableFile.Line> lines() {
        return lines;
    }

    /** The whole file. Each line has a line end. */
    public String text() {
        return text.isEmpty() ? "" : String.join("\n", text) + "\n";
    }

    /** Sets both dates of all lines with such a key. A missing date is removed from the line. */
    public SigningTableText withValidity(Predicate<KeyEntry> keys, KeyValidity validity) {
        return edit((number, line) -> keys.test(line.key())
                ? List.of(rewritten(text.get(number - 1), words -> dated(words, validity)))
                : List.of(text.get(number - 1)));
    }

    /** Removes all lines with such a key. */
    public SigningTableText without(Predicate<KeyEntry> keys) {
        return edit((number, line) -> keys.test(line.key()) ? List.of() : List.of(text.get(number - 1)));
    }

    /**
     * Adds a copy behind each line with such a key: the same conditions, but another key.
     *
     * @param keyFile relative to the directory of the table
     */
    public SigningTableText withSuccessor(
            Predicate<KeyEntry> keys, String selector, String keyFile, KeyValidity validity) {
        return edit((number, line) -> {
            String written = text.get(number - 1);
            return keys.test(line.key())
                    ? List.of(written, rewritten(written, words -> dated(withKey(words, selector, keyFile), validity)))
                    : List.of(written);
        });
    }

    /**
     * Adds a line at the end.
     *
     * @param words author, domain, selector and key file
     */
    public SigningTableText withLine(List<String> words, KeyValidity validity) {
        List<String> more = new ArrayList<>(text);
        more.add(line(dated(words, validity)));
        return parsed(more);
    }

    /** Adds comment lines at the top. */
    public SigningTableText withHeading(List<String> comments) {
        List<String> more = new ArrayList<>();
        comments.forEach(comment -> more.add("# " + comment));
        more.addAll(text);
        return parsed(more);
    }

    /** What becomes of one line with a key. */
    private interface Edit {
        List<String> apply(int number, SigningTableFile.Line line);
    }

    private SigningTableText edit(Edit edit) {
        List<String> edited = new ArrayList<>(text.size() + 1);
        for (int number = 1; number <= text.size(); number++) {
            SigningTableFile.Line line = byNumber.get(number);
            edited.addAll(line == null ? List.of(text.get(number - 1)) : edit.apply(number, line));
        }
        return parsed(edited);
    }

    private SigningTableText parsed(List<String> edited) {
        String joined = String.join("\n", edited) + "\n";
        return switch (parse(source, Octets.utf8(joined))) {
            case Parsed.Value<SigningTableText, List<ConfigProblem>>(SigningTableText table) -> table;
            case Parsed.Malformed<SigningTableText, List<ConfigProblem>>(List<ConfigProblem> problems) ->
                throw new IllegalStateException("a changed table cannot be read: " + problems.getFirst());
        };
    }

    private static List<String> withKey(List<String> words, String selector, String keyFile) {
        List<String> changed = new ArrayList<>(words);
        changed.removeIf(word -> word.startsWith(PASSPHRASE));
        changed.set(SELECTOR, selector);
        changed.set(KEY_FILE, keyFile);
        return changed;
    }

    private static List<String> dated(List<String> words, KeyValidity validity) {
        List<String> changed = new ArrayList<>(words);
        changed.removeIf(word -> word.startsWith(ACTIVE_FROM) || word.startsWith(RETIRE_AFTER));
        validity.activeFrom().map(Instant::toString).ifPresent(date -> changed.add(ACTIVE_FROM + date));
        validity.retiredFrom().map(Instant::toString).ifPresent(date -> changed.add(RETIRE_AFTER + date));
        return changed;
    }

    private static String rewritten(String line, UnaryOperator<List<String>> change) {
        String comment = comment(line);
        String changed = line(change.apply(QuotedWords.of(line).words()));
        return comment.isEmpty() ? changed : changed + "  " + comment;
    }

    /** The comment of a line with its {@code #}; empty if there is none. */
    private static String comment(String line) {
        List<String> words = QuotedWords.of(line).words();
        for (int at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1)) {
            QuotedWords before = QuotedWords.of(line.substring(0, at));
            if (before.unclosed().isEmpty() && before.words().equals(words)) {
                return line.substring(at);
            }
        }
        return "";
    }

    private static String line(List<String> words) {
        return String.join("  ", words.stream().map(SigningTableText::quoted).toList());
    }

    private static String quoted(String word) {
        boolean plain = !word.isEmpty()
                && word.charAt(0) != '\''
                && word.charAt(0) != '"'
                && word.chars().noneMatch(c -> c == ' ' || c == '\t' || c == '#')
                && !word.contains("=\"")
                && !word.contains("='");
        if (plain) {
            return word;
        }
        int value = word.startsWith(PASSPHRASE) ? word.indexOf('=') + 1 : 0;
        return word.substring(0, value)
                + '"'
                + word.substring(value).replace("\\", "\\\\").replace("\"", "\\\"")
                + '"';
    }
}
