package org.countersign.james;

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
 * Finds out where the client's message begins below what James writes above it, such as its own Received field. Reading
 * the two together does not tell, since a first line that begins with a blank goes on with James' field; so it is
 * measured when the first line of the client has been written.
 */
final class ClientMessageOffset {
    private static final AttachmentKey<Long> ABOVE = AttachmentKey.of("org.countersign.james.above", Long.class);

    private ClientMessageOffset() {}

    /** Passes a line of the message on, and measures with the first one. */
    static Response pass(SMTPSession session, byte[] line, LineHandler<SMTPSession> next) {
        if (session.getAttachment(ABOVE, State.Transaction).isPresent()) {
            return next.onLine(session, line);
        }
        // Where the first line is the dot at the end, the message is judged before this returns: nothing in it is
        // the client's.
        session.setAttachment(ABOVE, Long.MAX_VALUE, State.Transaction);
        Response response = next.onLine(session, line);
        if (session.getAttachment(ABOVE, State.Transaction).isPresent()) {
            source(session)
                    .ifPresent(written -> session.setAttachment(
                            ABOVE, written.getMessageSize() - octetsKept(line), State.Transaction));
        }
        return response;
    }

    /** What James keeps of a line: RFC 5321 §4.5.2, in James' reading. */
    private static int octetsKept(byte[] line) {
        boolean stuffed = line.length > 1 && line[0] == '.' && line[1] == '.';
        return stuffed ? line.length - 1 : line.length;
    }

    /** How many octets stand above the client's first one; more than there are where the client sent none. */
    static long above(SMTPSession session) {
        return session.getAttachment(ABOVE, State.Transaction).orElse(0L);
    }

    /**
     * The message as the client sent it, without what James wrote above it, and whatever other handlers have made of
     * it since.
     *
     * @throws IllegalStateException when James keeps none
     */
    static InputStream message(SMTPSession session) throws IOException {
        MimeMessageInputStreamSource source =
                source(session).orElseThrow(() -> new IllegalStateException("James keeps no message"));
        InputStream message = source.getInputStream();
        message.skipNBytes(Math.min(above(session), source.getMessageSize()));
        return message;
    }

    private static Optional<MimeMessageInputStreamSource> source(SMTPSession session) {
        return session instanceof ExtendedSMTPSession own
                ? Optional.ofNullable(own.getMimeMessageWriter())
                : Optional.empty();
    }
}
