package org.countersign.james.mail;

import java.util.ArrayList;
import java.util.List;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;

/** Passes a message on, and keeps some of its header fields: at most 20, with at most 2 KiB of the value of each. */
public final class KeptFields implements MessageSink {
    private static final int MAX_FIELDS = 20;
    private static final int MAX_FIELD = 2048;

    private final MessageSink sink;
    private final List<String> names;
    private final List<HeaderField> fields = new ArrayList<>(0);

    KeptFields(MessageSink sink, List<String> names) {
        this.sink = sink;
        this.names = names;
    }

    @Override
    public void header(HeaderField field) {
        if (fields.size() < MAX_FIELDS && isKept(field)) {
            fields.add(field.bounded(MAX_FIELD));
        }
        sink.header(field);
    }

    private boolean isKept(HeaderField field) {
        for (String name : names) {
            if (field.is(name)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void endOfHeaders() {
        sink.endOfHeaders();
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        sink.body(octets, offset, length);
    }

    /** The fields, topmost first. */
    List<HeaderField> fields() {
        return fields;
    }
}
