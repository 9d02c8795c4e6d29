package org.countersign.james;

import java.time.Instant;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.smtp.SMTPSession;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;

/**
 * A message that has begun with its MAIL FROM, while it is on its way.
 *
 * @param transaction what the engine was told
 * @param begun when that was
 */
record OpenTransaction(SmtpTransaction transaction, MessageSession flow, Instant begun) implements AutoCloseable {
    /** Whether the transaction goes on: James forgets the sender with RSET, EHLO, and a MAIL that was refused. */
    static boolean isWantedBy(SMTPSession session) {
        return session.getAttachment(SMTPSession.SENDER, State.Transaction).isPresent();
    }

    /** Gives the message up, or lets go of it after its conclusion. */
    @Override
    public void close() {
        flow.close();
    }
}
