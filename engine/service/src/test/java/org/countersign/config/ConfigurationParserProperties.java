package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.countersign.syntax.Octets;

class ConfigurationParserProperties {
    private static ParsedConfiguration parse(Octets text) {
        return PolicyTexts.parse(text);
    }

    private static void assertSound(ParsedConfiguration parsed) {
        switch (parsed) {
            case ParsedConfiguration.Valid valid ->
                assertThat(valid.configuration().signing().keys())
                        .allSatisfy(key -> assertThat(key.selector()).isNotEmpty());
            case ParsedConfiguration.Invalid invalid ->
                assertThat(invalid.problems()).isNotEmpty().allSatisfy(problem -> {
                    assertThat(problem.location().line()).isPositive();
                    assertThat(problem.toString().chars()).allMatch(c -> c >= 0x20 && c < 0x7F);
                });
        }
    }

    @Property(tries = 3_000)
    void anyOctetsGiveSettingsOrProblems(@ForAll byte[] octets) {
        assertSound(parse(Octets.copyOf(octets)));
    }

    @Property(tries = 5_000)
    void anyYamlLikeTextGivesSettingsOrProblems(@ForAll("yamlLike") String text) {
        assertSound(parse(Octets.utf8(text)));
    }

    @Property(tries = 3_000)
    void anyMutationOfAFileGivesSettingsOrProblems(
            @ForAll @IntRange(max = 400) int at, @ForAll byte replacement, @ForAll @IntRange(max = 3) int dropped) {
        byte[] octets = """
            authserv-id: mx.example.org
            authserv-id-aliases: [a.example]
            mode: enforce
            listen: ["unix:/run/m.sock"]
            dns: { servers: ["[::1]:53"], timeout: 5s, cache: { max-bytes: 32MiB } }
            signing:
              when: { authenticated: true }
              keys:
                - domain: example.org
                  selector: s2026
                  key-file: "keys/\\u0041.pem"
            """.getBytes(StandardCharsets.UTF_8);
        int index = at % octets.length;
        octets[index] = replacement;
        assertSound(parse(Octets.wrap(octets).from(Math.min(dropped, octets.length))));
    }

    @Property(tries = 3_000)
    void anyMutationOfRulesGivesSettingsOrProblems(
            @ForAll @IntRange(max = 900) int at, @ForAll byte replacement, @ForAll @IntRange(max = 3) int dropped) {
        byte[] octets = """
            protect: [example.org]
            indirect-flow: { trusted-sealers: [list.example], forwarders: { networks: [192.0.2.0/24] } }
            dmarc: { treat-as: { none: [a.example] }, fail-closed: ["*"] }
            rules:
              - name: r1
                when: { author: [a.example, "*.b.example"], dmarc: fail, client: 2001:db8::/32, indirect: false }
                unless: { null-sender: true, spf: [pass, none] }
                then: reject
                reply: { code: 550, enhanced-code: 5.7.1, text: "as {author-domain} {{x}}" }
              - { name: r2, when: {}, then: tag, add-headers: [{ name: X-A, value: "{rule}" }], remove-headers: [X-B] }
            examples:
              - { name: e, author: a@b.example, mail-from: "", dkim: [{ result: pass, domain: c.example }], expect: tag }
              - { name: f, author: x, dmarc: fail, applied-policy: none, sealers: [{ domain: l.example, saw: pass }],
                  recipients: [a@b, c], expect: accept, expect-rule: default, expect-reply: 550 }
            """.getBytes(StandardCharsets.UTF_8);
        int index = at % octets.length;
        octets[index] = replacement;
        ParsedConfiguration parsed = parse(Octets.wrap(octets).from(Math.min(dropped, octets.length)));
        assertSound(parsed);
        if (parsed instanceof ParsedConfiguration.Valid valid) {
            assertThat(valid.configuration().policy().failedExamples())
                    .allMatch(line -> line.chars().allMatch(c -> c >= 0x20 && c < 0x7F));
        }
    }

    @Provide
    Arbitrary<String> yamlLike() {
        Arbitrary<String> token = Arbitraries.of(
                "mode",
                "dns",
                "signing",
                "keys",
                "listen",
                "cache",
                ": ",
                ":",
                "\n",
                "\n  ",
                "\n    ",
                "- ",
                "[",
                "]",
                "{",
                "}",
                ",",
                "\"",
                "'",
                "&a ",
                "*a",
                "!!x ",
                "!<%zz> ",
                "|\n",
                ">-\n",
                "#",
                "%YAML 99999999999.2\n",
                "%TAG ! x\n",
                "---\n",
                "...\n",
                "? ",
                "\t",
                "\\u",
                "\\xZ",
                "5s",
                "true",
                "\u0000",
                "\u2028",
                "\uFEFF");
        return token.list().ofMaxSize(40).map(tokens -> String.join("", tokens));
    }

    @Property(tries = 1_000)
    void durationsAreReadBackAsRendered(@ForAll @LongRange(max = 1_000_000_000_000L) long millis) {
        Duration duration = Duration.ofMillis(millis);
        assertThat(Units.parseDuration(Units.renderDuration(duration))).contains(duration);
    }

    @Property(tries = 1_000)
    void sizesAreReadBackAsRendered(@ForAll @LongRange(max = 1_000_000_000_000L) long octets) {
        assertThat(Units.parseSize(Units.renderSize(octets))).contains(octets);
        assertThat(Units.parseSize(Units.renderSize(octets << 10))).contains(octets << 10);
    }

    @Property(tries = 1_000)
    void quantitiesAreTotal(@ForAll @StringLength(max = 30) String text) {
        assertThat(Units.parseDuration(text)).isNotNull();
        assertThat(Units.parseSize(text)).isNotNull();
    }

    @Property(tries = 500)
    void theDistanceOfTwoWordsDoesNotDependOnTheirOrder(
            @ForAll @StringLength(max = 12) String left, @ForAll @StringLength(max = 12) String right) {
        assertThat(Suggestions.distance(left, right)).isEqualTo(Suggestions.distance(right, left));
        assertThat(Suggestions.distance(left, left)).isZero();
    }
}
