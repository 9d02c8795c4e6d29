package org.countersign.service;

import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.config.ConfigLocation;
import org.countersign.config.Configuration;
import org.countersign.config.KeyEntry;
import org.countersign.config.SigningTableFile;
import org.countersign.crypto.RsaEngine;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.keys.SigningKey;
import org.countersign.message.AuthorDomain;
import org.countersign.signing.KeyValidity;
import org.countersign.signing.SigningPolicy;
import org.countersign.syntax.Parsed;

/**
 * What decides about the signature of one message, as text: the lines of the table file that may match its author, and the
 * public half of each key. With the section {@code signing} of the policy file it gives the same choice of keys on any
 * machine. No private key is in it, nor anything from which one could be computed.
 *
 * <pre>
 * domains NUMBER
 * key     NAME-OF-RECORD  RECORD
 * line    AUTHOR  DOMAIN  SELECTOR  SUBDOMAINS  ACTIVE-FROM  RETIRED-FROM  FILE  LINE  PATH
 * </pre>
 *
 * The words of a line are separated by tabs, and {@code -} stands for no date.
 */
public final class SigningExcerpt {
    private static final String TAB = "\t";
    private static final String NONE = "-";
    private static final int MAX_LINES = 10_000;
    private static final int LINE_WORDS = 10;

    private SigningExcerpt() {}

    /**
     * The text for one message.
     *
     * @param file the policy file
     * @param configuration its contents
     * @throws FileFailure with one line for each problem of the table file and the keys
     */
    public static String of(Path file, Configuration configuration, AuthorDomain.Single author) throws FileFailure {
        List<SigningTableFile.Line> all = PolicyLoader.readTable(file, configuration.signing());
        List<SigningTableFile.Line> lines = all.stream()
                .filter(line -> line.key().subdomains() || matches(line.author(), author))
                .limit(MAX_LINES / 2)
                .toList();
        Map<String, KeyEntry> entries = new LinkedHashMap<>();
        configuration.signing().keys().forEach(key -> entries.putIfAbsent(key.recordName(), key));
        lines.forEach(line -> entries.putIfAbsent(line.key().recordName(), line.key()));
        Map<KeyEntry, SigningKey> keys = new KeyFiles(Optional.empty(), RsaEngine.jca(), new LinkedHashMap<>())
                .read(List.copyOf(entries.values()));
        StringBuilder text = new StringBuilder()
                .append("domains")
                .append(TAB)
                .append(SigningPolicyFactory.keyDomains(configuration.signing(), all))
                .append('\n');
        entries.forEach((name, entry) -> {
            SigningKey key = keys.get(entry);
            if (key != null) {
                text.append(String.join(TAB, "key", name, key.publicKeyRecord()))
                        .append('\n');
            }
        });
        lines.forEach(line -> text.append(text(line)).append('\n'));
        return text.toString();
    }

    private static boolean matches(AddressPattern pattern, AuthorDomain.Single author) {
        return pattern.matches(AuthorDomain.Single.localPart(author.address()), author.domain());
    }

    private static String text(SigningTableFile.Line line) {
        KeyEntry key = line.key();
        return String.join(
                TAB,
                "line",
                line.author().toString(),
                key.domain().toString(),
                key.selector(),
                Boolean.toString(key.subdomains()),
                key.validity().activeFrom().map(Instant::toString).orElse(NONE),
                key.validity().retiredFrom().map(Instant::toString).orElse(NONE),
                line.location().source().replace('\t', ' ').replace('\n', ' '),
                Integer.toString(line.location().line()),
                line.location().path());
    }

    /**
     * The policy that such a text describes. Total: any text gives a policy or the reason why not.
     *
     * @param configuration with the section {@code signing} of the same policy file
     * @return the policy, or what is wrong with the text, as the predicate of a sentence
     */
    public static Parsed<SigningPolicy, String> read(Configuration configuration, String text) {
        Map<String, SigningKey> published = new HashMap<>();
        List<SigningTableFile.Line> lines = new ArrayList<>();
        int domains = 0;
        int number = 0;
        for (String line : (Iterable<String>) text.lines().limit(MAX_LINES)::iterator) {
            number++;
            List<String> words = List.of(line.split(TAB, -1));
            boolean understood = switch (words.getFirst()) {
                case "domains" -> {
                    domains = words.size() == 2 ? number(words.get(1)) : -1;
                    yield domains >= 0;
                }
                case "key" -> words.size() == 3 && addKey(words, published);
                case "line" -> words.size() == LINE_WORDS && addLine(words, lines);
                default -> false;
            };
            if (!understood) {
                return new Parsed.Malformed<>("has a mistake in line " + number + " of its signing table");
            }
        }
        Map<KeyEntry, SigningKey> keys = new HashMap<>();
        for (KeyEntry entry : SigningPolicyFactory.keyEntries(configuration, lines)) {
            SigningKey key = published.get(entry.recordName());
            if (key == null) {
                return new Parsed.Malformed<>("lacks the public key of " + entry.recordName());
            }
            keys.put(entry, key);
        }
        return new Parsed.Value<>(SigningPolicyFactory.policy(configuration, lines, keys, domains));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException other) {
            return -1;
        }
    }

    private static boolean addKey(List<String> words, Map<String, SigningKey> published) {
        Optional<SigningKey> key = SigningKey.withoutPrivateHalf(words.get(2));
        key.ifPresent(known -> published.put(words.get(1), known));
        return key.isPresent();
    }

    private static boolean addLine(List<String> words, List<SigningTableFile.Line> lines) {
        Optional<AddressPattern> author = AddressPattern.parse(words.get(1));
        Optional<DomainName> domain = DomainName.parse(words.get(2));
        Optional<KeyValidity> validity = validity(words.get(5), words.get(6));
        int line = number(words.get(8));
        boolean named = domain.flatMap(name -> PublicKeyRecords.name(name, words.get(3)))
                .isPresent();
        if (author.isEmpty() || domain.isEmpty() || !named || validity.isEmpty() || line < 0) {
            return false;
        }
        lines.add(new SigningTableFile.Line(
                author.get(),
                new KeyEntry(
                        Optional.empty(),
                        domain.get(),
                        words.get(3),
                        "",
                        Optional.empty(),
                        Boolean.parseBoolean(words.get(4)),
                        validity.get(),
                        new ConfigLocation(words.get(7), line, 1, words.get(9)))));
        return true;
    }

    private static Optional<KeyValidity> validity(String from, String until) {
        try {
            return Optional.of(new KeyValidity(instant(from), instant(until)));
        } catch (DateTimeParseException other) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> instant(String text) {
        return text.equals(NONE) ? Optional.empty() : Optional.of(Instant.parse(text));
    }
}
