package org.countersign.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class SyntaxProperties {
    @Property(tries = 500)
    void aTagListIsReadFromAnyOctets(@ForAll @Size(max = 200) byte[] octets) {
        TagList list = TagList.parse(Octets.copyOf(octets));
        assertThat(list.tags().size() + list.problems().size()).isLessThanOrEqualTo(2 * octets.length + 1);
    }

    @Property(tries = 500)
    void whatIsShownToPeopleIsPrintingAscii(@ForAll String text) {
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
    void withoutFoldingWhiteSpaceNothingElseIsLost(@ForAll byte[] octets) {
        String text = Octets.copyOf(octets).latin1();
        String expected =
                text.replace(" ", "").replace("\t", "").replace("\r", "").replace("\n", "");
        assertThat(Octets.copyOf(octets).withoutFws().latin1()).isEqualTo(expected);
    }
}
