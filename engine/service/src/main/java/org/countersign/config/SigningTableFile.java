package org.countersign.config;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.signing.KeyValidity;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * Reads the file of {@code signing.table-file}: a line for each author pattern and key, in UTF-8.
 *
 * <pre>{@code
 * # author          domain        selector   key-file            options, if any
 * example.org       example.org   s2026      keys/shared.pem
 * a.example,b.example   =         s2026      keys/both.pem
 * *.example.org     example.org   s2026      keys/shared.pem
 * a@example.net     example.net   s2027      keys/net.pem        active-from=2027-01-01
 * }</pre>
 *
 * <p>Lines of one pattern are one entry, whose keys all sign; entries have the order of their first lines. A line may list
 * several patterns; {@code =} as the domain is the domain of each pattern. {@code #} begins a comment, and a word with
 * blanks must be in quotes ({@link QuotedWords}).
 */
public final class SigningTableFile {
    /** The size of the largest file that is read, in octets. */
    public static final int MAX_SIZE = 32 << 20;

    private static final int MIN_WORDS = 4;
    private static final int MAX_SHOWN = 80;
    private static final String SAME_DOMAIN = "=";
    private static final String ACTIVE_FROM = "active-from=";
    private static final String RETIRE_AFTER = "retire-after=";
    private static final String PASSPHRASE_FILE = "passphrase-file=";
    private static final String PASSPHRASE_ENV = "passphrase-env=";

    private final ConfigProblems problems;
    private final List<Line> lines = new ArrayList<>();
    private final Map<String, KeyEntry> seen = new HashMap<>();

    private SigningTableFile(String source) {
        this.problems = new ConfigProblems(source);
    }

    /**
     * One line.
     *
     * @param author which mail it is for
     * @param key what signs it
     */
    public record Line(AddressPattern author, KeyEntry key) {
        /** Where the line is. */
        public ConfigLocation location() {
            return key.location();
        }
    }

    /**
     * What a table has that is not right in every line.
     *
     * @param problems everything that is wrong, at least one problem
     * @param lines the others, whose key files can be checked in the same run
     */
    public record Faults(List<ConfigProblem> problems, List<Line> lines) {
        public Faults {
            problems = List.copyOf(problems);
            lines = List.copyOf(lines);
        }
    }

    /**
     * Reads a table. Total: any octets give lines or problems.
     *
     * @return the lines in the order of the file, or everything that is wrong with the lines that are right
     */
    public static Parsed<List<Line>, Faults> parse(String sourceName, Octets text) {
        SigningTableFile file = new SigningTableFile(sourceName);
        if (text.length() > MAX_SIZE) {
            file.problems.add(file.problems.location(1, 1, "").problem("is larger than " + Units.renderSize(MAX_SIZE)));
        } else {
            int number = 0;
            for (String line : (Iterable<String>) text.utf8().lines()::iterator) {
                file.read(++number, line);
            }
        }
        return file.problems.isEmpty()
                ? new Parsed.Value<>(List.copyOf(file.lines))
                : new Parsed.Malformed<>(new Faults(file.problems.inOrder(), file.lines));
    }

    private void read(int number, String line) {
        QuotedWords split = QuotedWords.of(line);
        List<String> words = split.words();
        ConfigLocation location = problems.location(number, 1, "");
        if (split.unclosed().isPresent()) {
            problems.add(location.problem(
                    "has a quotation mark without a second one: "
                            + Escapes.printable(split.unclosed().get(), MAX_SHOWN),
                    "close it after the word, or remove it"));
            return;
        }
        if (words.isEmpty()) {
            return;
        }
        if (words.size() < MIN_WORDS) {
            problems.add(location.problem(
                    "has " + words.size() + " of the four words that a line needs",
                    "write author, domain, selector and key file, separated by blanks"));
            return;
        }
        Map<AddressPattern, DomainName> authors = new LinkedHashMap<>();
        StringTokenizer patterns = new StringTokenizer(words.get(0), ",");
        while (patterns.hasMoreTokens()) {
            Optional<AddressPattern> author = value(location, patterns.nextToken(), SigningTableEntry.ADDRESSES);
            author.ifPresent(pattern ->
                    domain(location, words.get(1), pattern).ifPresent(domain -> authors.put(pattern, domain)));
        }
        Optional<DomainName> selector = value(location, words.get(2), ValueType.SELECTOR);
        Options options = options(location, words.subList(MIN_WORDS, words.size()));
        selector.ifPresent(named ->
                authors.forEach((author, domain) -> add(location, author, domain, named, words.get(3), options)));
    }

    private Optional<DomainName> domain(ConfigLocation location, String word, AddressPattern author) {
        if (!word.equals(SAME_DOMAIN)) {
            return value(location, word, ValueType.DOMAIN_NAME);
        }
        return switch (author) {
            case AddressPattern.Domain(DomainName name) -> Optional.of(name);
            case AddressPattern.Below(DomainName name) -> Optional.of(name);
            case AddressPattern.Address address -> Optional.of(address.domain());
            case AddressPattern.Any any -> {
                problems.add(location.problem(
                        "the pattern * has no domain that = could stand for", "write the signing domain"));
                yield Optional.empty();
            }
        };
    }

    private void add(
            ConfigLocation location,
            AddressPattern author,
            DomainName domain,
            DomainName selector,
            String keyFile,
            Options options) {
        KeyEntry key = new KeyEntry(
                Optional.empty(),
                domain,
                selector.toString(),
                new KeyFilePattern(keyFile).of(domain, selector),
                options.passphrase(),
                false,
                options.validity(),
                location);
        if (key.hasRecordName()) {
            add(author, key);
        } else {
            problems.add(location.problem(PublicKeyRecords.NAME_TOO_LONG));
        }
    }

    private void add(AddressPattern author, KeyEntry key) {
        KeyEntry earlier = seen.putIfAbsent(key.recordName(), key);
        if (earlier != null
                && (!earlier.keyFile().equals(key.keyFile())
                        || !earlier.validity().equals(key.validity()))) {
            problems.add(key.location()
                    .problem(
                            "gives " + key.recordName() + " another key file, passphrase or other dates than line "
                                    + earlier.location().line(),
                            "give each key its own selector"));
            return;
        }
        lines.add(new Line(author, key));
    }

    /** The options after the four words. */
    private record Options(KeyValidity validity, Optional<PassphraseSource> passphrase) {}

    private Options options(ConfigLocation location, List<String> words) {
        Optional<Instant> activeFrom = Optional.empty();
        Optional<Instant> retiredFrom = Optional.empty();
        Optional<PassphraseSource> passphrase = Optional.empty();
        for (String word : words) {
            int valueAt = word.indexOf('=') + 1;
            String text = word.substring(valueAt);
            switch (word.substring(0, valueAt)) {
                case ACTIVE_FROM -> activeFrom = value(location, text, KeyEntry.ACTIVE_FROM);
                case RETIRE_AFTER -> retiredFrom = value(location, text, KeyEntry.RETIRE_AFTER);
                case PASSPHRASE_FILE -> passphrase = Optional.of(new PassphraseSource.File(text));
                case PASSPHRASE_ENV -> passphrase = Optional.of(new PassphraseSource.Environment(text));
                default ->
                    problems.add(location.problem(
                            "unknown option " + shown(word),
                            "write active-from=DATE, retire-after=DATE, passphrase-file=FILE or passphrase-env=NAME;"
                                    + " a file name with blanks needs quotes"));
            }
        }
        KeyValidity validity = new KeyValidity(activeFrom, retiredFrom);
        if (!validity.isPossible()) {
            problems.add(location.problem("retire-after is before active-from", "exchange the two"));
        }
        return new Options(validity, passphrase);
    }

    private <T> Optional<T> value(ConfigLocation location, String word, ValueType<T> type) {
        Optional<T> value = type.parse(word);
        if (value.isEmpty()) {
            problems.add(location.problem("expected " + type.expected() + ", found " + shown(word)));
        }
        return value;
    }

    private static String shown(String word) {
        return "\"" + Escapes.printable(word, MAX_SHOWN) + "\"";
    }
}
