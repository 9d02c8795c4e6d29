package org.countersign.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
    @Test
    void readsFoldedFieldsAndTheBodyOfAMessageInTransit() throws IOException {
        Poured poured = pour("From: a@example.org\r\nSubject: x\r\n\ty\r\n\r\nline\r\n\r\nbare\nlf\r\n");
        assertThat(poured.fields).containsExactly("From: a@example.org", "Subject: x\r\n\ty");
        assertThat(poured.body()).isEqualTo("line\r\n\r\nbare\nlf\r\n");
    }

    @Test
    void convertsTheLineFeedsOfAMailboxFileToCrlf() throws IOException {
        Poured poured = pour("From: a@example.org\nSubject: x\n y\n\nline\nend");
        assertThat(poured.fields).containsExactly("From: a@example.org", "Subject: x\r\n y");
        assertThat(poured.body()).isEqualTo("line\r\nend");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From a@example.org Mon Nov 23 2026\nFrom: a@example.org\n\n",
                "From a@example.org Mon Nov 23 10:00:00 2026\r\nFrom: a@example.org\r\n\r\n",
                ">From a@example.org Mon Nov 23 10:00:00 2026\nFrom: a@example.org\n\n"
            })
    void skipsTheSeparatorOfAnMboxFile(String message) throws IOException {
        assertThat(pour(message).fields).containsExactly("From: a@example.org");
    }

    @Property(tries = 500)
    void convertsAllLineEndsOfAFileToCrlf(
            @ForAll @Size(max = 12) List<@StringLength(max = 3) @Chars({'a', ':', ' '}) String> lines,
            @ForAll @Size(min = 12, max = 12) List<Boolean> feedsOnly,
            @ForAll @IntRange(min = 1, max = 9) int cut)
            throws IOException {
        StringBuilder mixed = new StringBuilder();
        StringBuilder sent = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            mixed.append(lines.get(i)).append(feedsOnly.get(i) ? "\n" : "\r\n");
            sent.append(lines.get(i)).append("\r\n");
        }
        Poured file = new Poured();
        Poured wire = new Poured();

        MessageReader.readFile(cut(mixed.toString().getBytes(StandardCharsets.US_ASCII), cut), file, 1000);
        MessageReader.read(sent.toString().getBytes(StandardCharsets.US_ASCII), wire, 1000);
        assertThat(file.fields).isEqualTo(wire.fields);
        assertThat(file.body()).isEqualTo(wire.body());
    }

    @Test
    void keepsCrlfAfterALineWithABareLf() throws IOException {
        Poured poured = pour("Return-Path: <a@example.org>\nSubject: x\r\n\r\nline\r\nend\n");
        assertThat(poured.fields).containsExactly("Return-Path: <a@example.org>", "Subject: x");
        assertThat(poured.body()).isEqualTo("line\r\nend\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hello\r\nthere: you\r\n",
                "Hello there: you\r\n\r\nx",
                " begins with a blank: x\r\n",
                "\u00dcber: x\r\n",
                ": no name\r\n",
                "From the: beginning\r\nX: y\r\n",
                "Hello"
            })
    void aLineThatIsNoFieldBeginsTheBodyIfTheEmptyLineIsMissing(String body) throws IOException {
        String header = body.startsWith(" ") ? "" : "From: a@example.org\r\nSubject: x\r\n y\r\n";
        Poured poured = pour(header + body);
        assertThat(poured.fields)
                .isEqualTo(header.isEmpty() ? List.of() : List.of("From: a@example.org", "Subject: x\r\n y"));
        assertThat(poured.body()).isEqualTo(body);
        assertThat(poured.ends).isEqualTo(1);
    }

    @Test
    void blanksBeforeTheColonAreAllowed() throws IOException {
        assertThat(pour("Subject \t: x\r\n\r\n").fields).containsExactly("Subject \t: x");
    }

    @Test
    void returnsTheLengthOfTheHeaderSection() throws IOException {
        assertThat(extent("A: b\n\nbody")).isEqualTo(new MessageReader.Extent(10, 5, true));
        assertThat(extent("A: b\r\nbody\r\n")).isEqualTo(new MessageReader.Extent(12, 6, false));
        assertThat(extent("A: b\r\n")).isEqualTo(new MessageReader.Extent(6, 6, false));
        assertThat(extent("")).isEqualTo(new MessageReader.Extent(0, 0, false));
    }

    private static MessageReader.Extent extent(String file) throws IOException {
        return MessageReader.readFile(
                new ByteArrayInputStream(file.getBytes(StandardCharsets.ISO_8859_1)), new Poured(), 100);
    }

    @Test
    void aMessageWithoutABodyStillHasAnEndOfItsHeaders() throws IOException {
        assertThat(pour("From: a@example.org\r\n").ends).isEqualTo(1);
        assertThat(pour("").ends).isEqualTo(1);
    }

    @Test
    void cutsAFieldAtTheLimitAndContinues() throws IOException {
        Poured poured = new Poured();
        byte[] message = ("A: " + "x".repeat(100) + "\r\nB: y\r\n\r\nbody").getBytes(StandardCharsets.US_ASCII);
        MessageReader.read(new ByteArrayInputStream(message), poured, 10);
        assertThat(poured.fields).containsExactly("A: xxxxxxx", "B: y");
        assertThat(poured.body()).isEqualTo("body");
    }

    @Test
    void emptyFoldsAfterTheLimitTakeNoMemory() throws IOException {
        Poured poured = new Poured();
        byte[] message = ("A: b\r\n" + " \r\n".repeat(1000) + "B: y\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        MessageReader.read(new ByteArrayInputStream(message), poured, 10);
        assertThat(poured.fields).containsExactly("A: b\r\n \r\n ", "B: y");
    }

    @Property(tries = 300)
    void readsAnyOctetsToTheirEnd(@ForAll byte[] octets) throws IOException {
        Poured poured = new Poured();
        assertThat(MessageReader.read(new ByteArrayInputStream(octets), poured, 1000))
                .isEqualTo(octets.length);
        assertThat(poured.ends).isEqualTo(1);
    }

    @Property(tries = 500)
    void theResultDoesNotDependOnTheChunksOfTheStream(
            @ForAll @StringLength(max = 120) @Chars({'a', ':', ' ', '\r', '\n', '\u00ff'}) String message,
            @ForAll @IntRange(min = 1, max = 9) int cut,
            @ForAll @IntRange(min = 1, max = 40) int longestHeader)
            throws IOException {
        assertSameWherever(cut, message.getBytes(StandardCharsets.ISO_8859_1), longestHeader);
    }

    @Property(tries = 1000)
    void theFastWayForWellFormedFieldsGivesTheSameResult(
            @ForAll("headerSections") byte[] octets,
            @ForAll @IntRange(min = 1, max = 60) int cut,
            @ForAll @IntRange(min = 1, max = 60) int longestHeader)
            throws IOException {
        assertSameWherever(cut, octets, longestHeader);
    }

    private static void assertSameWherever(int cut, byte[] octets, int longestHeader) throws IOException {
        byte[] before = octets.clone();
        Poured whole = new Poured();
        Poured pieces = new Poured();

        assertThat(MessageReader.read(octets, whole, longestHeader)).isEqualTo(octets.length);
        assertThat(MessageReader.read(cut(octets, cut), pieces, longestHeader)).isEqualTo(octets.length);
        assertThat(pieces.fields).isEqualTo(whole.fields);
        assertThat(pieces.body()).isEqualTo(whole.body());
        assertThat(octets).isEqualTo(before);
    }

    @Provide
    Arbitrary<byte[]> headerSections() {
        return Arbitraries.frequencyOf(
                        Tuple.of(20, Arbitraries.of("To: b\r\n", "Subject: a longer one\r\n", " fold\r\n", "\t\r\n")),
                        Tuple.of(1, Arbitraries.of("\r\n", "\n", "\r", " ", "no field", "LF: only\n", ":\r\n")))
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static InputStream cut(byte[] octets, int longest) {
        return new ByteArrayInputStream(octets) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(longest, length));
            }
        };
    }

    private static Poured pour(String message) throws IOException {
        Poured poured = new Poured();
        MessageReader.read(new ByteArrayInputStream(message.getBytes(StandardCharsets.ISO_8859_1)), poured, 100_000);
        return poured;
    }

    private static final class Poured implements MessageSink {
        private final List<String> fields = new ArrayList<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private int ends;

        @Override
        public void header(HeaderField field) {
            fields.add(field.raw().latin1());
        }

        @Override
        public void endOfHeaders() {
            ends++;
        }

        @Override
        public void body(byte[] octets, int offset, int length) {
            body.write(octets, offset, length);
        }

        private String body() {
            return body.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
