package org.countersign.canonical;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.countersign.syntax.Octets;

class CanonicalizationProperties {
    /** Any octets, most of them those that matter here. */
    @Provide
    Arbitrary<Octets> fields() {
        Arbitrary<Byte> octets = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.of((byte) ' ', (byte) '\t', (byte) '\r', (byte) '\n', (byte) ':')),
                Tuple.of(4, Arbitraries.of((byte) 'a', (byte) 'B')),
                Tuple.of(1, Arbitraries.bytes()));
        Arbitrary<Octets> free = octets.array(byte[].class).ofMaxSize(60).map(Octets::copyOf);
        Arbitrary<Octets> usual = Combinators.combine(Arbitraries.of("Subject", "SUBJECT ", "x-a"), free)
                .as((name, value) -> Octets.latin1(name + ":" + value.latin1()));
        // Long enough to be looked at several octets at a time.
        Arbitrary<Octets> words = Arbitraries.of(
                        " ", "  ", "\t", "\r\n\t", "\r", "a", "word", "\u00e9", "sixteen-or-more-x")
                .list()
                .ofMaxSize(30)
                .map(parts -> Octets.latin1("X:" + String.join("", parts)));
        // A CRLF with anything but white space behind it ends a field, so none has one inside.
        return Arbitraries.oneOf(free, usual, words)
                .map(field -> Octets.latin1(field.latin1().replaceAll("\r\n(?![ \t])", "\r\n ")));
    }

    @Property(tries = 3000)
    void ofAHeaderFieldIsIdempotent(@ForAll("fields") Octets field, @ForAll Canonicalization kind) {
        Octets once = kind.header(field);

        assertThat(kind.header(once)).isEqualTo(once);
    }

    /** RFC 6376 §3.4.2: unfold, one space for each run of white space, none at the ends and around the colon. */
    @Property(tries = 3000)
    void ofAHeaderFieldAgreesWithAModelThatGoesStepByStep(@ForAll("fields") Octets field) {
        String text = field.latin1();
        int colon = text.indexOf(':');
        if (colon < 0) {
            return;
        }
        String name = lower(text.substring(0, colon)).replaceAll("[ \t]+\\z", "");
        String value = text.substring(colon + 1)
                .replace("\r\n", "")
                .replaceAll("[ \t]+", " ")
                .replaceAll("\\A | \\z", "");

        assertThat(Canonicalization.RELAXED.header(field).latin1()).isEqualTo(name + ":" + value);
        assertThat(Canonicalization.SIMPLE.header(field)).isEqualTo(field);
    }

    private static String lower(String text) {
        StringBuilder out = new StringBuilder(text);
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            out.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
        }
        return out.toString();
    }
}
