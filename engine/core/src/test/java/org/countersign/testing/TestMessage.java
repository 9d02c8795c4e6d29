package org.countersign.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.countersign.message.HeaderSection;
import org.countersign.message.MessageReader;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;
import org.countersign.syntax.Octets;

/** A whole message in memory, to be changed at will. */
public record TestMessage(HeaderSection headers, Octets body) {
    /** Reads text in which each character is an octet; LF line ends become CRLF unless there are CRLF. */
    public static TestMessage parse(String text) {
        List<HeaderField> fields = new ArrayList<>();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        MessageSink sink = new MessageSink() {
            @Override
            public void header(HeaderField field) {
                fields.add(field);
            }

            @Override
            public void endOfHeaders() {}

            @Override
            public void body(byte[] octets, int offset, int length) {
                body.write(octets, offset, length);
            }
        };
        try {
            MessageReader.read(
                    new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), sink, Integer.MAX_VALUE / 2);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new TestMessage(new HeaderSection(fields), Octets.wrap(body.toByteArray()));
    }

    public TestMessage withFieldOnTop(HeaderField field) {
        List<HeaderField> fields = new ArrayList<>(headers.fields());
        fields.add(0, field);
        return new TestMessage(new HeaderSection(fields), body);
    }

    public TestMessage withFieldsOnTop(List<HeaderField> added) {
        List<HeaderField> fields = new ArrayList<>(added);
        fields.addAll(headers.fields());
        return new TestMessage(new HeaderSection(fields), body);
    }

    /** The message as a mail server passes it on that carries out the edits. */
    public TestMessage edited(List<HeaderEdit> edits) {
        List<HeaderField> kept = new ArrayList<>();
        Map<String, Integer> instances = new HashMap<>();
        for (HeaderField field : headers.fields()) {
            int instance = instances.merge(field.lowerName(), 1, Integer::sum);
            boolean removed = edits.stream()
                    .anyMatch(edit -> edit instanceof HeaderEdit.Remove(String name, int which)
                            && field.is(name)
                            && which == instance);
            if (!removed) {
                kept.add(field);
            }
        }
        List<HeaderField> added = new ArrayList<>();
        edits.forEach(edit -> {
            if (edit instanceof HeaderEdit.Prepend(HeaderField field)) {
                added.add(field);
            }
        });
        return new TestMessage(new HeaderSection(kept), body).withFieldsOnTop(added);
    }

    public TestMessage withFieldAt(int index, HeaderField field) {
        List<HeaderField> fields = new ArrayList<>(headers.fields());
        fields.set(index, field);
        return new TestMessage(new HeaderSection(fields), body);
    }

    public TestMessage withBody(Octets other) {
        return new TestMessage(headers, other);
    }

    public TestMessage withBody(String latin1) {
        return withBody(Octets.latin1(latin1));
    }

    /** Gives the message to somebody, the body in one piece. */
    public void pour(MessageSink sink) {
        headers.fields().forEach(sink::header);
        sink.endOfHeaders();
        sink.body(body.toByteArray(), 0, body.length());
    }

    /** The message as it goes over the wire. */
    public byte[] toByteArray() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (HeaderField field : headers.fields()) {
            field.raw().appendTo(out);
            out.writeBytes(new byte[] {'\r', '\n'});
        }
        out.writeBytes(new byte[] {'\r', '\n'});
        body.appendTo(out);
        return out.toByteArray();
    }
}
