package org.countersign.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.syntax.Octets;

/** Which octets are no part of a fold, and which fields other programs may find behind them. */
class StrayOctetProperties {
    private static HeaderField field(String raw) {
        byte[] octets = raw.getBytes(StandardCharsets.ISO_8859_1);
        int colon = raw.indexOf(':');
        return HeaderField.wrap(octets, colon < 0 ? octets.length : colon);
    }

    /** A slow implementation of the same. */
    private static boolean isClean(String raw) {
        return raw.replaceAll("\r\n[ \t]", "").chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0);
    }

    @Property(tries = 5_000)
    void whatIsNoPartOfAFoldIsFoundWhereverItStands(@ForAll("raw") String raw) {
        assertThat(StrayOctet.in(field(raw)).isEmpty()).isEqualTo(isClean(raw));
    }

    @Property(tries = 5_000)
    void aFieldHidesWhatAProgramFindsThatEndsLinesThere(@ForAll("raw") String raw, @ForAll("raw") String rest) {
        String hiding = raw + "\r" + "X-Ours" + ":" + rest;
        if (!hiding.substring(0, raw.length() + 1).endsWith("\r\r")) {
            assertThat(field(hiding).mayHide("x-ours")).isTrue();
        }
        assertThat(field("X-Ours: " + raw).mayHide("X-Ours-Too")).isFalse();
    }

    @Example
    void eachKindIsCalledByItsName() {
        assertThat(StrayOctet.in(field("Subject: a\rb")))
                .hasValueSatisfying(stray -> assertThat(stray.describe()).isEqualTo("a bare CR in the field Subject"));
        assertThat(StrayOctet.in(HeaderField.of("Subject", " a\nb")))
                .hasValueSatisfying(stray -> assertThat(stray.kind()).isEqualTo(StrayOctet.Kind.BARE_LF));
        assertThat(StrayOctet.in(field("Sub\nject: a")))
                .hasValueSatisfying(stray -> assertThat(stray.kind()).isEqualTo(StrayOctet.Kind.BARE_LF));
        assertThat(StrayOctet.in(field("\0: a")))
                .hasValueSatisfying(stray -> assertThat(stray.kind()).isEqualTo(StrayOctet.Kind.NUL));
        assertThat(StrayOctet.in(HeaderField.of(Octets.EMPTY, Octets.latin1("\0"))))
                .hasValueSatisfying(stray -> assertThat(stray.describe()).isEqualTo("a NUL in a field without a name"));
        assertThat(StrayOctet.in(field("Subject: a\r\n\tb\r\n  c"))).isEmpty();
    }

    @Example
    void aNameIsReadInMoreWaysThanOne() {
        for (String name : new String[] {
            "x-ours",
            "X-Ours ",
            "X-Ours\1",
            "\1X-Ours",
            "X-\u00a0Ours",
            "X-Ours\u00c2\u00a0",
            "X-Ours\0-Not",
            "X-Ours Not"
        }) {
            assertThat(HeaderField.of(name, " v").mayBeReadAs("X-Ours"))
                    .as(name)
                    .isTrue();
        }
        for (String name : new String[] {"X-Our", "X-Ourss", "X-Ours-Not", "Y-Ours", ""}) {
            assertThat(HeaderField.of(name, " X-Ours: v").mayBeReadAs("X-Ours"))
                    .as(name)
                    .isFalse();
        }
    }

    @Provide
    Arbitrary<String> raw() {
        return Arbitraries.of("\r", "\n", "\r\n ", "\r\n\t", "\0", " ", "\t", "a", "Subject", ":", "X-Ours", "\u000b")
                .list()
                .ofMaxSize(20)
                .map(pieces -> String.join("", pieces));
    }
}
