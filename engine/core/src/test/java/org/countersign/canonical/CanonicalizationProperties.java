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
    /** Any octets, most of them those that canonicalization treats differently. */
    @Provide
    Arbitrary<Octets> fields() {
        Arbitrary<Byte> octets = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.of((byte) ' ', (byte) '\t', (byte) '\r', (byte) '\n', (byte) ':')),
                Tuple.of(4, Arbitraries.of((byte) 'a', (byte) 'B')),
                Tuple.of(1, Arbitraries.bytes()));
        Arbitrary<Octets> free = octets.array(byte[].class).ofMaxSize(60).map(Octets::copyOf);
        Arbitrary<Octets> usual = Combinators.combine(Arbitraries.of("Subject", "SUBJECT ", "x-a"), free)
                .as((name, value) -> Octets.latin1(name + ":" + value.latin1()));
        // Long enough to be examined eight octets at a time.
        Arbitrary<Octets> words = Arbitraries.of(
                        " ", "  ", "\t", "\r\n\t", "\r", "a", "word", "\u00e9", "sixteen-or-more-x")
                .list()
                .ofMaxSize(30)
                .map(parts -> Octets.latin1("X:" + String.join("", parts)));
        // A CRLF before anything but white space would end the field, so it has none inside.
        return Arbitraries.oneOf(free, usual, words)
                .map(field -> Octets.latin1(field.latin1().replaceAll("\r\n(?![ \t])", "\r\n ")));
    }

    @Property(tries = 3000)
    void ofAHeaderFieldIsIdempotent(@ForAll("fields") Octets field, @ForAll Canonicalization kind) {
        Octets once = kind.header(field);

        assertThat(kind.header(once)).isEqualTo(once);
    }

    @Property(tries = 3000)
    void ofAHeaderFieldAgreesWithThePlainImplementation(@ForAll("fields") Octets field, @ForAll Canonicalization kind) {
        String text = field.latin1();
        if (text.indexOf(':') >= 0) {
            assertThat(kind.header(field).latin1()).isEqualTo(PlainCanonicalization.header(kind, text));
        }
    }
}
