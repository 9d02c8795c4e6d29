package org.countersign.importer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;

/** Our entries choose the same keys as OpenDKIM's lookup, for every address over a few names. */
class SigningTableImportProperties {
    private static final List<String> DOMAINS =
            List.of("a.example", "b.example", "x.a.example", "y.x.a.example", "elsewhere.example");
    private static final List<String> LOCAL_PARTS = List.of("u", "v");
    private static final List<String> KEYS = List.of("k1", "k2", "k3");

    /** A line of the old table. */
    record Line(String pattern, String key) {}

    @Provide
    Arbitrary<List<Line>> patternTables() {
        return tables(List.of(
                "*",
                "*@a.example",
                "*@*.a.example",
                "*.a.example",
                "u@a.example",
                "v@x.a.example",
                "*@x.a.example",
                "*@b.example",
                "a.example",
                "*@*.x.a.example"));
    }

    @Provide
    Arbitrary<List<Line>> plainTables() {
        return tables(List.of(
                "*",
                "a.example",
                ".a.example",
                "u@a.example",
                "v@x.a.example",
                "x.a.example",
                "b.example",
                "*@a.example",
                ".x.a.example"));
    }

    private static Arbitrary<List<Line>> tables(List<String> patterns) {
        return Combinators.combine(Arbitraries.of(patterns), Arbitraries.of(KEYS))
                .as(Line::new)
                .list()
                .ofMaxSize(7);
    }

    @Property
    void aTableOfPatternsIsReadFromTopToBottom(@ForAll("patternTables") List<Line> lines) throws Exception {
        same(lines, DataSet.Kind.PATTERNS, false);
    }

    @Property
    void allLinesOfATableOfPatternsMaySign(@ForAll("patternTables") List<Line> lines) throws Exception {
        same(lines, DataSet.Kind.PATTERNS, true);
    }

    @Property
    void aPlainTableIsAskedForTheAddressThenTheDomains(@ForAll("plainTables") List<Line> lines) throws Exception {
        same(lines, DataSet.Kind.PLAIN, false);
    }

    @Property
    void allLevelsOfAPlainTableMaySign(@ForAll("plainTables") List<Line> lines) throws Exception {
        same(lines, DataSet.Kind.PLAIN, true);
    }

    private static void same(List<Line> lines, DataSet.Kind kind, boolean multiple) throws FileFailure {
        List<DraftEntry> entries = EntryOrder.merged(entries(lines, kind, multiple));
        for (String domain : DOMAINS) {
            for (String localPart : LOCAL_PARTS) {
                String address = localPart + "@" + domain;
                assertThat(ours(entries, localPart, domain))
                        .describedAs(address + " by " + lines + " as " + entries)
                        .isEqualTo(
                                kind == DataSet.Kind.PATTERNS
                                        ? byPatterns(lines, address, multiple)
                                        : byLookup(lines, localPart, domain, multiple));
            }
        }
    }

    private static List<DraftEntry> entries(List<Line> lines, DataSet.Kind kind, boolean multiple) throws FileFailure {
        Findings findings = new Findings();
        OldFiles files = new OldFiles(Optional.empty());
        List<DataSet.Entry> table = new ArrayList<>();
        lines.forEach(line -> table.add(new DataSet.Entry(line.pattern(), line.key(), Origin.NOWHERE)));
        List<DataSet.Entry> keys = new ArrayList<>();
        KEYS.forEach(key -> keys.add(new DataSet.Entry(key, key + ".example:s:" + TestPem.BASE64, Origin.NOWHERE)));
        KeyTable keyTable = new KeyTable(
                new DataSet(DataSet.Kind.PLAIN, keys),
                new DataSet.Reader(files, Map.<String, Path>of(), Optional.empty(), new Findings()),
                new ImportContext(
                        new ImportRequest(
                                Optional.empty(),
                                Map.of(),
                                Optional.empty(),
                                Optional.empty(),
                                name -> List.of(),
                                false,
                                true),
                        files,
                        findings,
                        new PolicyDraft(),
                        new KeySupply(files, findings, true, OldSigner.opendkim()),
                        Set.of()));
        return new SigningTableImport(new DataSet(kind, table), keyTable, findings, multiple, false).entries();
    }

    private static Set<String> ours(List<DraftEntry> entries, String localPart, String domain) {
        Set<String> keys = new TreeSet<>();
        entries.stream()
                .filter(entry -> entry.authors().stream()
                        .anyMatch((AddressPattern pattern) -> pattern.matches(localPart, DomainName.of(domain))))
                .findFirst()
                .ifPresent(entry ->
                        entry.keys().forEach(key -> keys.add(key.domain().toString())));
        return keys;
    }

    /** OpenDKIM with refile: every pattern is compared with the whole address. */
    private static Set<String> byPatterns(List<Line> lines, String address, boolean multiple) {
        Set<String> keys = new TreeSet<>();
        for (Line line : lines) {
            String regex = line.pattern().replace(".", "\\.").replace("*", ".*");
            if (address.matches(regex) && (multiple || keys.isEmpty())) {
                keys.add(line.key() + ".example");
            }
        }
        return keys;
    }

    /** OpenDKIM with other tables: one query after the other, and the first line of each key. */
    private static Set<String> byLookup(List<Line> lines, String localPart, String domain, boolean multiple) {
        List<String> queries = new ArrayList<>(List.of(localPart + "@" + domain, domain));
        for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
            queries.add(localPart + "@" + domain.substring(dot));
            queries.add(domain.substring(dot));
        }
        queries.add(localPart + "@*");
        queries.add("*");
        Set<String> keys = new TreeSet<>();
        for (String query : queries) {
            for (Line line : lines) {
                if (line.pattern().equals(query)) {
                    if (multiple || keys.isEmpty()) {
                        keys.add(line.key() + ".example");
                    }
                    break;
                }
            }
        }
        return keys;
    }
}
