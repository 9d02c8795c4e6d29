package org.countersign.cli;

import java.util.Optional;
import org.countersign.domain.ReversePath;
import org.countersign.message.Hop;
import org.countersign.message.ReceivedField;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;

/**
 * Finds what the mail server that received a message wrote about its envelope (RFC 5321 §4.4): the first Return-Path
 * and the first Received field. Those further down were written by other servers.
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
        // What is looked for stands above.
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        // Nothing in it says who sent the message.
    }

    /** MAIL FROM; empty where no field says it, or says something that is no address. */
    Optional<ReversePath> mailFrom() {
        return returnPath.flatMap(field -> CheckOptions.MailFromConverter.parse(
                field.value().utf8().replace("\r\n", "").strip()));
    }

    /** The client and its HELO; empty where no field says them, or leaves a doubt. */
    Optional<Hop> hop() {
        return received.flatMap(field -> ReceivedField.parse(field.value()));
    }
}
