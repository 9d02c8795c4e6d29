package org.countersign.spf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.IpNetwork;
import org.countersign.spf.MacroString.Letter;
import org.countersign.spf.MacroString.Literal;
import org.countersign.spf.MacroString.Macro;
import org.countersign.spf.MacroString.Symbol;
import org.countersign.spf.Mechanism.DualPrefix;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpfRecordTest {
    private static SpfRecord valid(String text) {
        return SpfRecord.parse(Octets.latin1(text)).toOptional().orElseThrow();
    }

    private static List<SyntaxFailure> failures(String text) {
        return switch (SpfRecord.parse(Octets.latin1(text))) {
            case Parsed.Value<SpfRecord, ?> valid -> throw new AssertionError("parsed: " + text);
            case Parsed.Malformed(List<SyntaxFailure> failures) -> failures;
        };
    }

    private static MacroString literal(String text) {
        return new MacroString(List.of(new Literal(text)));
    }

    @Test
    void everyMechanismIsParsed() {
        MacroString target = literal("example.net");
        assertThat(valid("v=spf1 +all -a ~mx:example.net/24//64 ?ptr:example.net ip4:192.0.2.0/24 ip6:2001:db8::"
                                + " exists:example.net include:example.net")
                        .terms())
                .containsExactly(
                        new Directive(Qualifier.PASS, new Mechanism.All()),
                        new Directive(Qualifier.FAIL, new Mechanism.A(Optional.empty(), DualPrefix.WHOLE)),
                        new Directive(
                                Qualifier.SOFTFAIL, new Mechanism.Mx(Optional.of(target), new DualPrefix(24, 64))),
                        new Directive(Qualifier.NEUTRAL, new Mechanism.Ptr(Optional.of(target))),
                        new Directive(
                                Qualifier.PASS,
                                new Mechanism.Ip4(
                                        IpNetwork.parse("192.0.2.0/24").orElseThrow())),
                        new Directive(
                                Qualifier.PASS,
                                new Mechanism.Ip6(
                                        IpNetwork.parse("2001:db8::/128").orElseThrow())),
                        new Directive(Qualifier.PASS, new Mechanism.Exists(target)),
                        new Directive(Qualifier.PASS, new Mechanism.Include(target)));
    }

    @Test
    void macrosAreParsedIntoParts() {
        SpfRecord record = valid("v=spf1 exists:a%%%{L12R-+}%_.%{d}%-");
        assertThat(record.terms())
                .containsExactly(new Directive(
                        Qualifier.PASS,
                        new Mechanism.Exists(new MacroString(List.of(
                                new Literal("a"),
                                Symbol.PERCENT,
                                new Macro(Letter.LOCAL_PART, 12, true, "-+", true),
                                Symbol.SPACE,
                                new Literal("."),
                                new Macro(Letter.DOMAIN, 0, false, "", false),
                                Symbol.ENCODED_SPACE)))));
    }

    @ParameterizedTest
    @CsvSource({
        "v=spf1, v=spf1",
        "V=SPF1   +ALL , v=spf1 all",
        "v=spf1 +a/32//128, v=spf1 a",
        "v=spf1 mx//64 MX:Example.NET/0, v=spf1 mx//64 mx:Example.NET/0",
        "v=spf1 a:foo/24.example//24, v=spf1 a:foo/24.example//24",
        "v=spf1 ip6:2001:DB8:0::/32 ip6:::ffff:192.0.2.1/120, v=spf1 ip6:2001:db8::/32 ip6:::ffff:c000:201/120",
        "v=spf1 Redirect=%{d}.Example. x=%{t}, v=spf1 redirect=%{d}.Example. x=%{t}",
        "v=spf1 exists:%{L03R.}.example, v=spf1 exists:%{L3r.}.example"
    })
    void rendersANormalizedRecordThatParsesToTheSame(String written, String rendered) {
        assertThat(valid(written).render()).isEqualTo(rendered);
        assertThat(valid(rendered)).isEqualTo(valid(written));
    }

    @Test
    void redirectAndExplanationAreFoundAtAnyPosition() {
        SpfRecord record = valid("v=spf1 exp=why.example redirect=other.example a");
        assertThat(record.redirect()).contains(new Modifier.Redirect(literal("other.example")));
        assertThat(record.explanation()).contains(new Modifier.Explanation(literal("why.example")));
        assertThat(valid("v=spf1 x=y").redirect()).isEmpty();
        assertThat(valid("v=spf1 x=y").explanation()).isEmpty();
    }

    @Nested
    @DisplayName("RFC 7208 §4.6 syntax errors")
    class Errors {
        @Test
        void areAllListedWithTheirOffsets() {
            assertThat(failures("v=spf1 moo ip4:1.2.3 a/33 ok=1 exists: -all"))
                    .containsExactly(
                            new SyntaxFailure(SyntaxProblem.UNKNOWN_MECHANISM, 7, "moo"),
                            new SyntaxFailure(SyntaxProblem.BAD_ADDRESS, 11, "ip4:1.2.3"),
                            new SyntaxFailure(SyntaxProblem.BAD_PREFIX_LENGTH, 21, "a/33"),
                            new SyntaxFailure(SyntaxProblem.ARGUMENT_MISSING, 31, "exists:"));
        }

        @Test
        void ofOneTermAreAllListed() {
            assertThat(failures("v=spf1 ip4:1.2.3/33 ip6:::1::2/x a:%x.b/33 mx:a..b//129 redirect=c redirect=%"))
                    .extracting(SyntaxFailure::problem, SyntaxFailure::offset)
                    .containsExactly(
                            tuple(SyntaxProblem.BAD_ADDRESS, 7),
                            tuple(SyntaxProblem.BAD_PREFIX_LENGTH, 7),
                            tuple(SyntaxProblem.BAD_ADDRESS, 20),
                            tuple(SyntaxProblem.BAD_PREFIX_LENGTH, 20),
                            tuple(SyntaxProblem.BAD_PREFIX_LENGTH, 33),
                            tuple(SyntaxProblem.BAD_MACRO, 35),
                            tuple(SyntaxProblem.BAD_PREFIX_LENGTH, 43),
                            tuple(SyntaxProblem.BAD_DOMAIN, 65),
                            tuple(SyntaxProblem.DUPLICATE_MODIFIER, 67),
                            tuple(SyntaxProblem.BAD_MACRO, 76));
        }

        @ParameterizedTest
        @CsvSource({
            "NO_VERSION, 0, v=spf2",
            "NO_VERSION, 0, v=spf10 all",
            "NOT_A_TERM, 7, v=spf1 =all",
            "NOT_A_TERM, 7, v=spf1 1up=foo",
            "NOT_A_TERM, 7, v=spf1 -",
            "NOT_A_TERM, 7, v=spf1 a;mx",
            "UNKNOWN_MECHANISM, 8, v=spf1 -all.",
            "UNKNOWN_MECHANISM, 7, v=spf1 redirect:a.example",
            "ARGUMENT_NOT_ALLOWED, 7, v=spf1 all/8",
            "ARGUMENT_NOT_ALLOWED, 7, v=spf1 ptr/0",
            "ARGUMENT_MISSING, 7, v=spf1 include",
            "ARGUMENT_MISSING, 7, v=spf1 a:",
            "ARGUMENT_MISSING, 7, v=spf1 a:/24",
            "ARGUMENT_MISSING, 7, v=spf1 ip4:",
            "ARGUMENT_MISSING, 7, v=spf1 ip6/64",
            "ARGUMENT_MISSING, 7, v=spf1 redirect=",
            "BAD_ADDRESS, 7, v=spf1 ip4:1.2.3.4:25",
            "BAD_ADDRESS, 7, v=spf1 ip6:::1::2",
            "BAD_PREFIX_LENGTH, 7, v=spf1 ip4:1.2.3.4/33",
            "BAD_PREFIX_LENGTH, 7, v=spf1 ip4:1.2.3.4/",
            "BAD_PREFIX_LENGTH, 7, v=spf1 ip4:1.2.3.4/024",
            "BAD_PREFIX_LENGTH, 7, v=spf1 ip6:::/129",
            "BAD_PREFIX_LENGTH, 7, v=spf1 ip6:::/1000000000000",
            "BAD_PREFIX_LENGTH, 7, v=spf1 mx/24/64",
            "BAD_PREFIX_LENGTH, 7, v=spf1 a///64",
            "BAD_DOMAIN, 9, v=spf1 a:localhost",
            "BAD_DOMAIN, 9, v=spf1 a:example.123",
            "BAD_DOMAIN, 9, v=spf1 a:example.com:8080",
            "BAD_DOMAIN, 9, v=spf1 a:%{d}.",
            "BAD_DOMAIN, 15, v=spf1 include:a.example..",
            "BAD_MACRO, 14, v=spf1 exists:%x.example",
            "BAD_MACRO, 16, v=spf1 exists:a.%{z}",
            "BAD_MACRO, 14, v=spf1 exists:%{d",
            "BAD_MACRO, 14, v=spf1 exists:%{}",
            "BAD_MACRO, 14, v=spf1 exists:%{d0}",
            "BAD_MACRO, 14, v=spf1 exists:%{d1x}",
            "BAD_MACRO, 9, v=spf1 x=%",
            "MACRO_ONLY_IN_EXPLANATION, 11, v=spf1 exp=%{R}.example",
            "DUPLICATE_MODIFIER, 21, v=spf1 exp=a.example EXP=b.example"
        })
        void haveAProblemAndAnOffset(SyntaxProblem problem, int offset, String text) {
            assertThat(failures(text)).anySatisfy(failure -> {
                assertThat(failure.problem()).isEqualTo(problem);
                assertThat(failure.offset()).isEqualTo(offset);
            });
        }

        @ParameterizedTest
        @ValueSource(strings = {"v=spf1 a\u0000", "v=spf1 a:b\u00e9.example", "v=spf1 x=\u0007", "v=spf1 \u0080all"})
        void includeOctetsThatAreNotVisible(String text) {
            assertThat(failures(text))
                    .isNotEmpty()
                    .allSatisfy(problem -> assertThat(problem.toString()).matches("[ -~]*"));
        }

        @Test
        void haveAShortDetailEvenForALongTerm() {
            assertThat(failures("v=spf1 " + "x".repeat(60_000)).get(0).detail()).hasSizeLessThan(50);
        }
    }

    @Test
    void hugeRecordsOfUnfinishedTermsAreParsedInOnePass() {
        // Each term is searched for a character that it does not have. A search to the end of the record for every
        // term would take more than a thousand million steps.
        assertThat(failures("v=spf1" + " a:%{".repeat(13_000))).hasSize(10);
        assertThat(failures("v=spf1" + " ip4:1".repeat(10_000))).hasSize(10);
    }

    @Test
    void aRecordOfMoreThanAThousandTermsIsMalformed() {
        assertThat(SpfRecord.parse(Octets.latin1("v=spf1" + " a".repeat(1000)))).isInstanceOf(Parsed.Value.class);
        assertThat(failures("v=spf1" + " a".repeat(1001)))
                .extracting(SyntaxFailure::problem)
                .containsExactly(SyntaxProblem.TOO_MANY_TERMS);
    }
}
