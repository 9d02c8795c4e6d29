package org.countersign.simulate;

import java.util.ArrayList;
import java.util.List;
import org.countersign.MessageLimits;
import org.countersign.archive.RecoveredTransaction;
import org.countersign.archive.StoredMessage;
import org.countersign.archive.TransactionFinder;
import org.countersign.domain.IpNetwork;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;
import org.countersign.syntax.Octets;

/**
 * The header section of a stored message, divided into the part that this site added on top and the part that arrived.
 *
 * @param message as stored
 * @param transaction that brought it
 * @param added the fields above the last Received field of this site; none if it has none
 * @param arrived all fields below it
 */
record StoredMail(
        StoredMessage message, RecoveredTransaction transaction, List<HeaderField> added, List<HeaderField> arrived) {
    // Beyond it a header section is too large in any case.
    private static final int MAX_FIELDS = 4 * MessageLimits.DEFAULT.headerFields();

    StoredMail {
        added = List.copyOf(added);
        arrived = List.copyOf(arrived);
    }

    /** Reads the header section of a message. */
    static StoredMail of(StoredMessage message, List<IpNetwork> trusted) {
        TransactionFinder finder = new TransactionFinder(trusted);
        List<HeaderField> fields = new ArrayList<>(40);
        StoredMessage.pour(header(message.content()), new HeaderSink() {
            @Override
            public void header(HeaderField field) {
                finder.header(field);
                if (fields.size() < MAX_FIELDS) {
                    fields.add(field);
                }
            }
        });
        RecoveredTransaction transaction = finder.find();
        int end = endOfOwnFields(fields, transaction.ownFields());
        return new StoredMail(
                message, transaction, fields.subList(0, Math.max(0, end - 1)), fields.subList(end, fields.size()));
    }

    /** Passes the message as it arrived, without the fields that this site added on top. */
    void arrive(MessageSink sink) {
        // Only fields at the top are skipped, and of these the list of fields has all.
        int skipped = endOfOwnFields();
        StoredMessage.pour(message.content(), new MessageSink() {
            private int count;

            @Override
            public void header(HeaderField field) {
                if (count >= skipped) {
                    sink.header(field);
                }
                count++;
            }

            @Override
            public void endOfHeaders() {
                sink.endOfHeaders();
            }

            @Override
            public void body(byte[] octets, int offset, int length) {
                sink.body(octets, offset, length);
            }
        });
    }

    private int endOfOwnFields() {
        return transaction.ownFields() == 0 ? 0 : added.size() + 1;
    }

    /** The index after the last Received field that this site wrote; 0 if there is none. */
    private static int endOfOwnFields(List<HeaderField> fields, int own) {
        int seen = 0;
        for (int i = 0; i < fields.size() && seen < own; i++) {
            seen += fields.get(i).is("Received") ? 1 : 0;
            if (seen == own) {
                return i + 1;
            }
        }
        return 0;
    }

    /** The message up to the first empty line: only this is read if the results are recorded. */
    private static Octets header(Octets content) {
        for (int at = content.indexOf('\n', 0); at >= 0; at = content.indexOf('\n', at + 1)) {
            int next = at + 1 < content.length() && content.at(at + 1) == '\r' ? at + 2 : at + 1;
            if (next < content.length() && content.at(next) == '\n') {
                return content.slice(0, next + 1);
            }
        }
        return content;
    }

    /** A sink that ignores the body. */
    private interface HeaderSink extends MessageSink {
        @Override
        default void endOfHeaders() {
            // Only the fields matter.
        }

        @Override
        default void body(byte[] octets, int offset, int length) {
            // Only the fields matter.
        }
    }
}
