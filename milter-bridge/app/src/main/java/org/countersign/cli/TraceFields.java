package org.countersign.cli;

import java.util.Optional;
import org.countersign.domain.ReversePath;
import org.countersign.message.Hop;
import org.countersign.message.ReceivedField;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;

/**
 * Reads the envelope from the trace fields of a message (RFC 5321 §4.4): the first Return-Path field and the first
 * Received field. The receiving mail server wrote these two; other servers wrote the fields below them.
 */
final class TraceFields implements MessageSink {
    private Optional<HeaderField> returnPath = Optional.empty();
    private Optional<HeaderField> received = Optional.empty();

    @Override
    public void header(HeaderField field) {
        if (returnPath.isEmpty() && field.is("Return-Path")) {
            returnPath = Optional.of(field);
        } else if (received.isEmpty() && field.is("Received")) {
            received = Optional.of(field);
        }
    }

    @Override
    public void endOfHeaders() {
        // The trace fields are in the header section.
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        // The trace fields are in the header section.
    }

    /** The reverse-path; empty without a Return-Path field, or if the field is not an address. */
    Optional<ReversePath> mailFrom() {
        return returnPath.flatMap(field -> CheckOptions.MailFromConverter.parse(
                field.value().utf8().replace("\r\n", "").strip()));
    }

    /** The client and its HELO name; empty without a Received field, or if the field is ambiguous. */
    Optional<Hop> hop() {
        return received.flatMap(field -> ReceivedField.parse(field.value()));
    }
}
