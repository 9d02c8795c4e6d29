package org.countersign.dkim;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.countersign.message.HeaderSection;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestMessage;

/** Arbitrary messages, ordinary and malformed. */
public final class DkimArbitraries {
    private DkimArbitraries() {}

    /** Bodies that mostly have the octets that matter to canonicalization. */
    public static Arbitrary<byte[]> bodies() {
        Arbitrary<Byte> octets = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.of((byte) '\r', (byte) '\n', (byte) ' ', (byte) '\t')),
                Tuple.of(4, Arbitraries.of((byte) 'a', (byte) 'b')),
                Tuple.of(1, Arbitraries.bytes()));
        Arbitrary<byte[]> free = octets.array(byte[].class).ofMaxSize(80);
        Arbitrary<byte[]> lines = bodyLines().map(text -> Octets.latin1(text).toByteArray());
        return Arbitraries.oneOf(free, lines);
    }

    /** Bodies of complete lines, with printable characters, spaces and tabs. */
    static Arbitrary<String> bodyLines() {
        return Arbitraries.of("a b", "ab ", " ", "", "\t", "a  b", " \tc", "abcdefghijklmnop q r", "0123456789abcdef")
                .list()
                .ofMaxSize(12)
                .map(lines -> String.join("\r\n", lines) + "\r\n");
    }

    static Arbitrary<List<HeaderField>> headerFields() {
        Arbitrary<String> names = Arbitraries.of(
                "From",
                "from",
                "Subject",
                "SUBJECT ",
                "To",
                "Cc",
                "Date",
                "Received",
                "X-Other",
                "List-Id",
                "Message-ID");
        Arbitrary<String> values = Arbitraries.strings()
                .withChars(" \t:;=,<>@abcXYZ019\u00e9\u00ff\u0001")
                .ofMaxLength(30);
        Arbitrary<HeaderField> fields = Combinators.combine(
                        names, values, Arbitraries.of("", "\r\n ", "\r\n\t  "), values)
                .as((name, first, fold, second) ->
                        HeaderField.of(Octets.latin1(name), Octets.latin1(" " + first + fold + second)));
        return fields.list().ofMaxSize(10);
    }

    public static Arbitrary<TestMessage> messages() {
        return Combinators.combine(headerFields(), bodies())
                .as((fields, body) -> new TestMessage(withFrom(fields), Octets.copyOf(body)));
    }

    /** Messages that all implementations parse alike: US-ASCII, no control characters, complete lines. */
    static Arbitrary<TestMessage> plainMessages() {
        Arbitrary<String> values = Arbitraries.strings()
                .withChars(" \t:;=,<>@abcXYZ019")
                .ofMaxLength(30)
                .map(value -> " x" + value);
        Arbitrary<HeaderField> fields = Combinators.combine(
                        Arbitraries.of("Subject", "SUBJECT", "To", "Cc", "Date", "Received", "X-Other"),
                        values,
                        Arbitraries.of("", "\r\n ", "\r\n\t"),
                        values)
                .as((name, first, fold, second) -> HeaderField.of(name, first + fold + second));
        return Combinators.combine(fields.list().ofMaxSize(8), bodyLines())
                .as((list, body) -> new TestMessage(withFrom(list), Octets.latin1("x\r\n" + body)));
    }

    private static HeaderSection withFrom(List<HeaderField> fields) {
        List<HeaderField> all = new ArrayList<>(fields);
        all.add(fields.size() / 2, HeaderField.of("From", " Alice <alice@example.org>"));
        return new HeaderSection(all);
    }

    /** Where to cut a body, see {@link #within}. */
    public static Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers().between(0, 200).list().ofMaxSize(6);
    }

    public static List<Integer> within(List<Integer> cuts, int length) {
        return cuts.stream().map(cut -> Math.min(cut, length)).sorted().toList();
    }

    /** Tag lists of defined tags and of any octets. */
    public static Arbitrary<byte[]> tagLists() {
        Arbitrary<String> pieces = Arbitraries.of(
                "v=1",
                "v=DKIM1",
                "a=rsa-sha256",
                "a=ed25519-sha256",
                "b=",
                "b=AAAA",
                "bh=",
                "c=relaxed",
                "c=/",
                "d=example.org",
                "d=.",
                "s=s1",
                "s=",
                "h=from",
                "h=:",
                "i=@",
                "i==",
                "l=1",
                "l=99999999999999999999",
                "t=1",
                "x=1",
                "x=9999999999999",
                "p=",
                "p=MAA",
                "p=MIGf",
                "k=rsa",
                "k=ed25519",
                "k=",
                "t=y:s",
                "=",
                ";",
                "\r\n ",
                "\u00ff",
                "q=dns/txt");
        Arbitrary<byte[]> words = pieces.list()
                .ofMaxSize(14)
                .map(list -> Octets.latin1(String.join(";", list)).toByteArray());
        return Arbitraries.oneOf(words, Arbitraries.bytes().array(byte[].class).ofMaxSize(120));
    }
}
