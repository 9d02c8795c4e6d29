package org.countersign.james.hook;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.james.smtpserver.ExtendedSMTPSession;

/**
 * Measures where the client's message begins below the fields that James writes above it, such as its own Received
 * field. The boundary cannot be found by reading: a first line that begins with white space would look like a
 * continuation of James' field. So the offset is measured when James has written the client's first line.
 */
final class ClientMessageOffset {
    private static final AttachmentKey<Long> OFFSET = AttachmentKey.of("org.countersign.james.above", Long.class);

    private ClientMessageOffset() {}

    /** Passes a line of the message on to James; measures the offset at the first line. */
    static Response pass(SMTPSession session, byte[] line, LineHandler<SMTPSession> next) {
        if (session.getAttachment(OFFSET, State.Transaction).isPresent()) {
            return next.onLine(session, line);
        }
        // If the first line is the final dot, the message is checked before this call returns, and the client has sent
        // nothing of it.
        session.setAttachment(OFFSET, Long.MAX_VALUE, State.Transaction);
        Response response = next.onLine(session, line);
        if (session.getAttachment(OFFSET, State.Transaction).isPresent()) {
            source(session)
                    .ifPresent(written -> session.setAttachment(
                            OFFSET, written.getMessageSize() - storedLength(line), State.Transaction));
        }
        return response;
    }

    /** How many octets James stores of a line, after removing a stuffed dot (RFC 5321 §4.5.2) in its own way. */
    private static int storedLength(byte[] line) {
        boolean stuffed = line.length > 1 && line[0] == '.' && line[1] == '.';
        return stuffed ? line.length - 1 : line.length;
    }

    /** The number of octets above the client's first one; beyond the end of the message if the client sent nothing. */
    static long above(SMTPSession session) {
        return session.getAttachment(OFFSET, State.Transaction).orElse(0L);
    }

    /**
     * Opens the message as the client sent it, without the fields that James wrote above it, and with the changes that
     * other handlers have made since.
     *
     * @throws IllegalStateException if James has not stored a message
     */
    static InputStream message(SMTPSession session) throws IOException {
        MimeMessageInputStreamSource source =
                source(session).orElseThrow(() -> new IllegalStateException("James keeps no message"));
        InputStream message = source.getInputStream();
        message.skipNBytes(Math.min(above(session), source.getMessageSize()));
        return message;
    }

    private static Optional<MimeMessageInputStreamSource> source(SMTPSession session) {
        return session instanceof ExtendedSMTPSession extended
                ? Optional.ofNullable(extended.getMimeMessageWriter())
                : Optional.empty();
    }
}
