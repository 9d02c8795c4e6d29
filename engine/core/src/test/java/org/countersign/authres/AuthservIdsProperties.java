package org.countersign.authres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

/**
 * A field is taken for ours as by readers that drop the blanks and control characters that programming languages drop.
 */
class AuthservIdsProperties {
    private static final AuthservIds OURS = AuthservIds.of(List.of("mx.receiver.example", "The Gate"));

    private static HeaderField field(String value, Charset charset) {
        return HeaderField.of(Octets.latin1("Authentication-Results"), Octets.wrap((" " + value).getBytes(charset)));
    }

    private static boolean isBlank(int codePoint) {
        return Character.isWhitespace(codePoint)
                || Character.isSpaceChar(codePoint)
                || Character.isISOControl(codePoint)
                || Character.isIdentifierIgnorable(codePoint)
                || codePoint == 0xFEFF;
    }

    @Provide
    Arbitrary<String> blanks() {
        Arbitrary<Integer> codePoints = Arbitraries.of(java.util.stream.IntStream.rangeClosed(0, 0xFFFF)
                .filter(AuthservIdsProperties::isBlank)
                .boxed()
                .toList());
        return Arbitraries.oneOf(codePoints.map(Character::toString), Arbitraries.of(" ", "\"", "\t"))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(pieces -> String.join("", pieces));
    }

    @Property(tries = 5_000)
    void blanksAroundALocalIdDoNotHideIt(@ForAll("blanks") String before, @ForAll("blanks") String after) {
        for (String id : List.of("mx.receiver.example", "the gate")) {
            assertThat(OURS.claims(field(before + id + "; dmarc=pass", StandardCharsets.UTF_8)))
                    .isTrue();
            assertThat(OURS.claims(field(before + id + after + "; dmarc=pass", StandardCharsets.UTF_8)))
                    .isTrue();
        }
    }

    @Example
    void blanksOfIso88591DoNotHideALocalId() {
        for (String blank : List.of("\u0085", "\u00a0", "\u00a0 ", " \u00a0\t\u0085")) {
            assertThat(OURS.claims(
                            field(blank + "mx.receiver.example" + blank + "; dmarc=pass", StandardCharsets.ISO_8859_1)))
                    .isTrue();
        }
    }

    @Example
    void anEncodedWordDoesNotHideALocalId() {
        for (String value : List.of(
                "=?utf-8?q?mx.receiver.example?=; dmarc=pass",
                "mx.=?utf-8?b?cmVjZWl2ZXI=?=.example; dmarc=pass",
                "(x) =?us-ascii?Q?mx.receiver.example=3B?= dmarc=pass")) {
            assertThat(OURS.claims(field(value, StandardCharsets.UTF_8)))
                    .as(value)
                    .isTrue();
        }
    }

    @Example
    void aBareLineEndDoesNotHideALocalId() {
        for (String value :
                List.of("mx.recei\rver.example; x", "mx.receiver.example\0.other.example", "\rmx.receiver.example"))
            assertThat(OURS.claims(field(value, StandardCharsets.UTF_8)))
                    .as(value)
                    .isTrue();
    }

    @Property(tries = 1_000)
    void marksInsideALocalIdDoNotHideIt(@ForAll("marks") String mark, @ForAll @IntRange(min = 1, max = 18) int at) {
        String id = "mx.receiver.example";
        for (String rest : List.of("; dmarc=pass", " ; none", "")) {
            assertThat(OURS.claims(
                            field(id.substring(0, at) + mark + id.substring(at) + rest, StandardCharsets.US_ASCII)))
                    .isTrue();
        }
    }

    @Provide
    Arbitrary<String> marks() {
        return Arbitraries.of(" ", "\t", "\r\n ", "\"", "'", "\" \"", "<", "\\ ");
    }

    @Example
    void marksAroundALocalIdAndAnInstanceBeforeItDoNotHideIt() {
        for (String value : List.of(
                "'mx.receiver.example'; dmarc=pass",
                "\"mx\".\"receiver\".\"example\"; dmarc=pass",
                "i=1; mx.receiver.example; dmarc=pass",
                " I = 12;\r\n 'MX.receiver.example.'; dmarc=pass",
                "(a) i=1; (b) mx.receiver. example; dmarc=pass")) {
            assertThat(OURS.claims(field(value, StandardCharsets.UTF_8)))
                    .as(value)
                    .isTrue();
        }
    }

    @Example
    void otherIdsAreNotClaimed() {
        for (String value : List.of(
                "mx.other.example; dkim=pass header.b=\"=?x\"",
                "mx.other.example;\r\n\tspf=pass",
                "mx.other.example (\u00fcber mx.receiver.example); none",
                "amx.receiver.example; none",
                "m\u00fc.other.example; none",
                "i=1; mx.other.example; dmarc=pass header.from=mx.receiver.example",
                "i=x; mx.receiver.example; none",
                "other.example; mx.receiver.example; none",
                "mx.receiver.example.org; none",
                "notmx.receiver .example; none",
                "the gatekeeper; none")) {
            assertThat(OURS.claims(field(value, StandardCharsets.UTF_8)))
                    .as(value)
                    .isFalse();
        }
    }
}
