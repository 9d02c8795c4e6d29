package org.countersign.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class SyntaxProperties {
    @Property(tries = 500)
    void anyOctetsCanBeParsedAsATagList(@ForAll @Size(max = 200) byte[] octets) {
        TagList list = TagList.parse(Octets.copyOf(octets));
        assertThat(list.tags().size() + list.failures().size()).isLessThanOrEqualTo(2 * octets.length + 1);
    }

    @Property(tries = 500)
    void escapedTextIsPrintingAscii(@ForAll String text) {
        assertThat(Escapes.printable(text).chars()).allMatch(c -> c >= 0x20 && c < 0x7F);
    }

    @Property(tries = 500)
    void octetsSurviveLatin1(@ForAll byte[] octets) {
        assertThat(Octets.latin1(Octets.copyOf(octets).latin1())).isEqualTo(Octets.copyOf(octets));
    }

    @Property(tries = 300)
    void equalOctetsHaveEqualHashes(@ForAll @Size(max = 20) byte[] octets) {
        byte[] padded = new byte[octets.length + 2];
        System.arraycopy(octets, 0, padded, 1, octets.length);
        Octets inside = Octets.copyOf(padded).slice(1, padded.length - 1);
        assertThat(inside).isEqualTo(Octets.copyOf(octets)).hasSameHashCodeAs(Octets.copyOf(octets));
    }

    @Property(tries = 300)
    void onlyFoldingWhiteSpaceIsRemoved(@ForAll byte[] octets) {
        String text = Octets.copyOf(octets).latin1();
        String expected =
                text.replace(" ", "").replace("\t", "").replace("\r", "").replace("\n", "");
        assertThat(Octets.copyOf(octets).withoutFws().latin1()).isEqualTo(expected);
    }

    @Property(tries = 2000)
    void base64IsDecodedAsByTheRuntime(@ForAll("almostBase64") String text) {
        byte[] around = ("=" + text + "=").getBytes(StandardCharsets.ISO_8859_1);
        Optional<Octets> expected;
        try {
            expected = Optional.of(Octets.wrap(Base64.getDecoder().decode(text)));
        } catch (IllegalArgumentException notBase64) {
            expected = Optional.empty();
        }

        assertThat(Octets.wrap(around).slice(1, around.length - 1).decodeBase64())
                .isEqualTo(expected);
    }

    @Property(tries = 500)
    void encodedBase64IsDecodedToTheSameOctets(@ForAll @Size(max = 100) byte[] octets, @ForAll boolean padded) {
        Base64.Encoder encoder =
                padded ? Base64.getEncoder() : Base64.getEncoder().withoutPadding();

        assertThat(Octets.wrap(encoder.encode(octets)).decodeBase64()).contains(Octets.copyOf(octets));
    }

    @Provide
    Arbitrary<String> almostBase64() {
        Arbitrary<String> letters = Arbitraries.strings()
                .withCharRange('A', 'Z')
                .withCharRange('a', 'z')
                .withCharRange('0', '9')
                .withChars('+', '/')
                .ofMaxLength(12);
        Arbitrary<String> others = Arbitraries.strings()
                .withChars("=-_ \r\n\t\0\u007F\u0080\u00FF")
                .ofMaxLength(1);
        Arbitrary<String> padding = Arbitraries.of("", "", "=", "==", "===", "====");
        return Combinators.combine(letters, others, letters, padding)
                .as((first, other, last, end) -> first + other + last + end);
    }

    @Property(tries = 500)
    void octetsEqualATextIfAllCharactersAreEqual(@ForAll @AlphaChars @StringLength(max = 3) String text) {
        Octets octets = Octets.latin1("<" + text + ">").slice(1, text.length() + 1);

        assertThat(octets.is(text)).isTrue();
        assertThat(octets.is(text + "a")).isFalse();
        assertThat(octets.is("a" + text)).isFalse();
        if (!text.isEmpty()) {
            assertThat(octets.is(text.substring(1))).isFalse();
            assertThat(octets.is("-" + text.substring(1))).isFalse();
            assertThat(octets.is((char) (text.charAt(0) ^ 0x20) + text.substring(1)))
                    .isFalse();
        }
    }

    @Property(tries = 1000)
    void aSearchFindsTheFirstOccurrence(
            @ForAll @Size(max = 60) byte[] octets,
            @ForAll byte wanted,
            @ForAll @IntRange(max = 60) int start,
            @ForAll @IntRange(max = 20) int cut) {
        byte[] some = octets.clone();
        for (int i = 0; i < some.length; i += 3) {
            some[i] = (byte) (i % 2 == 0 ? wanted : wanted + 1);
        }
        int from = Math.min(start, some.length);
        int to = Math.max(from, some.length - cut);
        int expected = from;
        while (expected < to && some[expected] != wanted) {
            expected++;
        }

        assertThat(OctetScan.indexOf(some, wanted, from, to)).isEqualTo(expected);
        assertThat(Octets.wrap(some).indexOf(wanted & 0xFF, from, to)).isEqualTo(expected == to ? -1 : expected);
    }

    @Property(tries = 1000)
    void theFirstControlOrEightBitOctetMakesAValueBad(@ForAll("values") String value) {
        boolean bad = value.chars().anyMatch(c -> c > 0x7E || (c < 0x20 && c != '\t' && c != '\r' && c != '\n'));

        assertThat(TagList.parse(Octets.latin1("a=x" + value + "x")).has(TagList.Problem.BAD_VALUE))
                .isEqualTo(bad);
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.frequencyOf(
                        Tuple.of(20, Arbitraries.of("a", "word", " ", "\r\n ", "twenty-octets-in-a-row")),
                        Tuple.of(1, Arbitraries.of("\u0000", "\u007f", "\u00e9", "\u001f")))
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 1000)
    void lowerCaseChangesOnlyAscii(@ForAll("names") String name) {
        StringBuilder expected = new StringBuilder();
        name.chars().forEach(c -> expected.append((char) Ascii.lower(c)));

        assertThat(Octets.latin1(name).lowerLatin1()).isEqualTo(expected.toString());
    }

    @Property
    void theLowerCaseNameDoesNotDependOnTheOctetsAfterIt(
            @ForAll("wellKnownNames") String name,
            @ForAll @IntRange(max = 30) int changed,
            @ForAll char other,
            @ForAll @IntRange(max = 9) int behind) {
        StringBuilder text = new StringBuilder(name);
        if (changed < name.length()) {
            text.setCharAt(changed, (char) (other & 0xFF));
        }
        Octets octets = Octets.latin1("x" + text + "Y".repeat(behind));
        StringBuilder expected = new StringBuilder();
        text.chars().forEach(c -> expected.append((char) Ascii.lower(c)));

        assertThat(octets.slice(1, 1 + name.length()).lowerLatin1()).isEqualTo(expected.toString());
    }

    @Provide
    Arbitrary<String> wellKnownNames() {
        return Arbitraries.of(
                "From", "DATE", "to", "Subject", "Message-ID", "Content-Transfer-Encoding", "MIME-Version");
    }

    @Example
    void aControlCharacterIsNoHyphen() {
        assertThat(Octets.latin1("Message\rID: x").slice(0, 10).lowerLatin1()).isEqualTo("message\rid");
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of(
                "From", "fROM", "Subject", "To", "TO ", "Fr\u00c4m", "Date", "Late", "DKIM-Signature", "\u00c4", "");
    }
}
