package org.countersign.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

class SpfProperties {
    private static final InetAddress CLIENT =
            IpNetwork.parseAddress("192.0.2.7").orElseThrow();
    private static final DomainName HOST = DomainName.of("mx.example.com");
    private static final SpfVerifier VERIFIER =
            new SpfVerifier(SpfLimits.DEFAULT, HOST, InstantSource.fixed(Instant.EPOCH));
    private static final int NAMES = 5;

    /**
     * The maximum number of queries of one check: for the first record, ten terms with ten hosts each, the client's
     * names and ten of their addresses, and an explanation.
     */
    private static final int MAX_QUERIES = 1 + 10 * (1 + 10) + (1 + 10) + 1;

    @Provide
    Arbitrary<String> almostRecords() {
        return Arbitraries.of(
                        " ",
                        "v=spf1",
                        "a",
                        "mx",
                        "ip4",
                        "ip6",
                        "all",
                        "include",
                        "exists",
                        "ptr",
                        "redirect",
                        "exp",
                        "%",
                        "%{",
                        "}",
                        "d",
                        "r",
                        "1",
                        "0",
                        ":",
                        "::",
                        "/",
                        "//",
                        "=",
                        "-",
                        "+",
                        "~",
                        "?",
                        ".",
                        "..",
                        "1.2.3.4",
                        "2001:db8::",
                        "example",
                        "\t",
                        "\0",
                        "\u00ff")
                .list()
                .ofMaxSize(24)
                .map(words -> "v=spf1 " + String.join("", words));
    }

    @Provide
    Arbitrary<SpfRecord> records() {
        return SpfArbitraries.records();
    }

    @Provide
    Arbitrary<MacroString> macroStrings() {
        return SpfArbitraries.macroStrings(true);
    }

    @Property(tries = 2000)
    void parserAcceptsAnyOctets(@ForAll @Size(max = 300) byte[] octets) {
        requireParsed(Octets.copyOf(octets));
        byte[] prefixed = new byte[octets.length + 7];
        System.arraycopy(Octets.latin1("v=spf1 ").toByteArray(), 0, prefixed, 0, 7);
        System.arraycopy(octets, 0, prefixed, 7, octets.length);
        requireParsed(Octets.wrap(prefixed));
    }

    @Property(tries = 3000)
    void parserAcceptsAnyTextThatResemblesARecord(@ForAll("almostRecords") String text) {
        requireParsed(Octets.latin1(text));
    }

    private static void requireParsed(Octets text) {
        switch (SpfRecord.parse(text)) {
            case Parsed.Value(SpfRecord record) -> {
                assertThat(SpfRecord.parse(Octets.latin1(record.render()))).isEqualTo(new Parsed.Value<>(record));
            }
            case Parsed.Malformed(List<SyntaxFailure> failures) ->
                assertThat(failures).isNotEmpty().allSatisfy(failure -> {
                    assertThat(failure.offset()).isBetween(0, text.length());
                    assertThat(failure.toString()).matches("[ -~]*");
                });
        }
    }

    @Property(tries = 2000)
    void parsingARenderedRecordGivesTheRecord(@ForAll("records") SpfRecord record) {
        assertThat(SpfRecord.parse(Octets.latin1(record.render()))).isEqualTo(new Parsed.Value<>(record));
    }

    @Property(tries = 2000)
    void parsingARenderedExplanationGivesTheExplanation(@ForAll("macroStrings") MacroString text) {
        assertThat(MacroString.parseExplanation(Octets.latin1(text.render()))).isEqualTo(new Parsed.Value<>(text));
    }

    @Property(tries = 2000)
    void expansionHasALimitedLength(
            @ForAll("macroStrings") MacroString text,
            @ForAll @Size(max = 40) List<@IntRange(min = 1, max = 0x2100) Integer> localPart,
            @ForAll @IntRange(min = 1, max = 12) int repeated) {
        StringBuilder sender = new StringBuilder();
        localPart.forEach(c -> sender.append((char) (int) c));
        SpfRequest request = new SpfRequest(
                SpfIdentity.MAIL_FROM, CLIENT, sender.toString().repeat(repeated), "example.org", sender + ".");
        MacroExpander macros =
                new MacroExpander(request, DomainName.of("example.org"), HOST, InstantSource.fixed(Instant.EPOCH));
        macros.target(text, DomainName.of("a.example.org"), "unknown")
                .ifPresent(name -> assertThat(name.toString())
                        .hasSizeLessThanOrEqualTo(253)
                        .matches("[ -~]+"));
        assertThat(macros.explanation(text, HOST, "unknown", 256))
                .hasSizeLessThanOrEqualTo(256)
                .matches("[ -~]*");
    }

    /** Terms that refer to each other's domains in every way, so that they form cycles and trees. */
    private static Arbitrary<String> graphTerms() {
        Arbitrary<String> names = Arbitraries.of("n0", "n1", "n2", "n3", "n4", "missing", "%{p}", "%{l}", "%{d2}")
                .map(name -> name + ".example");
        Arbitrary<String> lookups = Combinators.combine(
                        Arbitraries.of("", "-", "~", "?"),
                        Arbitraries.of("include:", "include:", "a:", "mx:", "ptr:", "exists:"),
                        names)
                .as((qualifier, mechanism, name) -> qualifier + mechanism + name);
        Arbitrary<String> others = Arbitraries.of("a", "mx", "ptr", "ip4:203.0.113.1", "ip6:::/0", "x=y", "?all");
        return Arbitraries.frequencyOf(
                Tuple.of(5, lookups), Tuple.of(2, others), Tuple.of(1, names.map(name -> "redirect=" + name)));
    }

    @Provide
    Arbitrary<List<List<String>>> graphs() {
        return graphTerms().list().ofMaxSize(7).list().ofSize(NAMES);
    }

    private static StaticZone zone(List<List<String>> records, String first, int variant) {
        StaticZone.Builder zone = StaticZone.builder();
        for (int i = 0; i < NAMES; i++) {
            String name = "n" + i + ".example";
            zone.txt(name, "v=spf1 " + (i == 0 ? first : "") + String.join(" ", records.get(i)));
            for (int host = 0; host <= (variant + i) % 12; host++) {
                zone.mx(name, host, "h" + host + "." + name);
                zone.ptr("7.2.0.192.in-addr.arpa", "h" + host + "." + name);
                if (host % 3 != 0) {
                    zone.address("h" + host + "." + name, "203.0.113." + host);
                }
            }
            if ((variant >> i & 1) == 0) {
                zone.address(name, "203.0.113.9");
            }
        }
        if (variant % 7 == 0) {
            zone.failure("h1.n1.example", RecordType.A, DnsAnswer.Failure.TIMEOUT);
        }
        zone.txt("why.example", "%{p} %{l} %{s}");
        return zone.build();
    }

    private static SpfResult verify(CountingLookups dns) {
        return VERIFIER.verify(new SpfRequest(SpfIdentity.MAIL_FROM, CLIENT, "n2", "n0.example", "n3.example"), dns);
    }

    @Property(tries = 1500)
    void everyGraphOfRecordsEndsWithinTheLimits(
            @ForAll("graphs") List<List<String>> records, @ForAll @IntRange(min = 0, max = 1000) int variant) {
        CountingLookups dns = new CountingLookups(zone(records, "exp=why.example ", variant));
        SpfResult result = verify(dns);
        SpfEvidence evidence = result.evidence();
        assertThat(dns.queries()).hasSizeLessThanOrEqualTo(MAX_QUERIES);
        assertThat(evidence.dnsTerms()).isLessThanOrEqualTo(10);
        assertThat(evidence.voidLookups()).isLessThanOrEqualTo(3);
        assertThat(evidence.chain()).hasSizeLessThanOrEqualTo(11);
        assertThat(result.explain()).matches("[ -~]+");
        boolean hasProblem = Set.of(SpfResult.Kind.NONE, SpfResult.Kind.TEMPERROR, SpfResult.Kind.PERMERROR)
                .contains(result.kind());
        assertThat(result.problem().isPresent()).isEqualTo(hasProblem);
    }

    @Property(tries = 1000)
    void termsThatCannotMatchDoNotChangeTheResult(
            @ForAll("graphs") List<List<String>> records,
            @ForAll @IntRange(min = 0, max = 1000) int variant,
            @ForAll @IntRange(min = 0, max = NAMES - 1) int where,
            @ForAll @IntRange(min = 0, max = 7) int place,
            @ForAll("idleTerms") String idle) {
        List<List<String>> more = new ArrayList<>(records);
        List<String> changed = new ArrayList<>(records.get(where));
        changed.add(Math.min(place, changed.size()), idle);
        more.set(where, changed);
        CountingLookups queried = new CountingLookups(zone(records, "", variant));
        CountingLookups queriedAfter = new CountingLookups(zone(more, "", variant));
        SpfResult result = verify(queried);
        SpfResult resultAfter = verify(queriedAfter);
        assertThat(resultAfter.keyword()).isEqualTo(result.keyword());
        assertThat(resultAfter.mechanism()).isEqualTo(result.mechanism());
        assertThat(resultAfter.problem()).isEqualTo(result.problem());
        assertThat(queriedAfter.queries()).isEqualTo(queried.queries());
    }

    @Provide
    Arbitrary<String> idleTerms() {
        return Arbitraries.of(
                "ip4:198.51.100.0/24",
                "-ip4:192.0.2.8",
                "ip6:2001:db8::/32",
                "-ip6:::/0",
                "~ip6:::ffff:192.0.2.7",
                "y=%{s}");
    }
}
