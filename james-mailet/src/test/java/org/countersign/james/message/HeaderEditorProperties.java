package org.countersign.james.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.mail.Header;
import javax.mail.internet.InternetHeaders;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.countersign.message.MessageReader;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;

/** Editing removes exactly the named fields, and changes only octets at which other programs end lines. */
class HeaderEditorProperties {
    private static final HeaderEdit.Remove NOT_THERE = new HeaderEdit.Remove("not-there", 1);

    @Provide
    Arbitrary<String> octets() {
        return Arbitraries.of("A", "a", "B-b", ":", " ", "\t", "\r\n", "\n", "\r", "\0", "\u00FC", "\r\n\r\n")
                .list()
                .ofMaxSize(40)
                .map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<List<String>> fields() {
        Arbitrary<String> name = Arbitraries.of("A", "a", "A ", "b\t", "Authentication-Results", "x-!#$%&'*+/=?^_`");
        Arbitrary<String> value = Arbitraries.of(":", ": x", ":\r\n : y", ": \r\n\t\r\n z", ":\rx");
        return Combinators.combine(name, value)
                .as((left, right) -> left + right + "\r\n")
                .list()
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<String> rests() {
        return Arbitraries.of("", "\r\n", "\r\nA: body\r\n", "\r\n\r\n.\u00FF", "body\r\nA: body\r\n");
    }

    @Property
    void withoutRemovalsOnlyStrayOctetsAndAMissingSeparatorChange(
            @ForAll("octets") String message, @ForAll @IntRange(max = 50) int above) throws Exception {
        int start = Math.min(above, message.length());
        // The fields that James adds above a message end with a line end.
        Assume.that(start == 0 || !message.startsWith("\r\n", start - 1));
        MessageReader.Extent extent = MessageReader.readFile(
                new ByteArrayInputStream(message.substring(start).getBytes(ISO_8859_1)),
                new Fields(new ArrayList<>()),
                1 << 20);
        int headerEnd = start + (int) extent.headerEnd();
        String separator = extent.separated() || headerEnd == message.length() ? "" : "\r\n";
        String edited = edited(message, above, List.of(NOT_THERE));
        assertThat(edited.substring(headerEnd)).isEqualTo(separator + message.substring(headerEnd));
        String header = message.substring(0, headerEnd);
        String left = edited.substring(0, headerEnd);
        assertThat(left).doesNotContain("\0").doesNotContainPattern("\r(?!\n)");
        assertThat(left.replace('?', ' ')).isEqualTo(header.replaceAll("\r(?!\n)|\0", " "));
    }

    @Property(tries = 5_000)
    void theMailApiFindsTheFieldsThatTheEngineFound(@ForAll("octets") String message) throws Exception {
        List<HeaderField> before = seenByTheEngine("X: y\r\n" + message);
        String edited = edited("X: y\r\n" + message, 0, List.of());
        List<HeaderField> after = seenByTheEngine(edited);
        assertThat(after.stream().map(HeaderField::name))
                .isEqualTo(before.stream().map(HeaderField::name).toList());
        assertThat(after).allMatch(field -> field.strayOctet(0) < 0);
        InternetHeaders api = new InternetHeaders(new ByteArrayInputStream(edited.getBytes(ISO_8859_1)));
        assertThat(Collections.list(api.getAllHeaders()).stream().map(Header::getName))
                .containsExactlyInAnyOrderElementsOf(
                        after.stream().map(HeaderField::name).toList());
    }

    @Example
    void anMboxLineBelowAddedFieldsIsDropped() throws Exception {
        assertThat(edited("From a@example.org Mon Nov 23 10:00:00 2026\r\nA: x\r\n\r\n", 0, List.of(NOT_THERE)))
                .isEqualTo("A: x\r\n\r\n");
    }

    @Property
    void onlyTheNamedFieldsAreRemoved(
            @ForAll("fields") List<String> fields, @ForAll("rests") String rest, @ForAll int choice) throws Exception {
        List<HeaderField> seen = seenByTheEngine(String.join("", fields) + rest);
        assertThat(seen).hasSameSizeAs(fields);
        List<HeaderEdit> edits = new ArrayList<>();
        StringBuilder left = new StringBuilder();
        Map<String, Integer> instances = new HashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            int instance = instances.merge(seen.get(i).lowerName(), 1, Integer::sum);
            if ((choice >>> i & 1) == 0) {
                left.append(fields.get(i));
            } else {
                edits.add(new HeaderEdit.Remove(seen.get(i).name(), instance));
            }
        }
        assertThat(edited("Received: James\r\n" + String.join("", fields) + rest, 17, edits))
                .isEqualTo("Received: James\r\n" + left.toString().replace(":\rx", ": x")
                        + (rest.startsWith("body") ? "\r\n" : "") + rest);
    }

    private static List<HeaderField> seenByTheEngine(String message) {
        List<HeaderField> fields = new ArrayList<>();
        MessageReader.read(message.getBytes(ISO_8859_1), new Fields(fields), 1 << 20);
        return fields;
    }

    private record Fields(List<HeaderField> fields) implements MessageSink {
        @Override
        public void header(HeaderField field) {
            fields.add(field);
        }

        @Override
        public void endOfHeaders() {}

        @Override
        public void body(byte[] octets, int offset, int length) {}
    }

    private static String edited(String message, int above, List<HeaderEdit> edits) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HeaderEditor.copy(new ByteArrayInputStream(message.getBytes(ISO_8859_1)), above, edits, out);
        return out.toString(ISO_8859_1);
    }
}
