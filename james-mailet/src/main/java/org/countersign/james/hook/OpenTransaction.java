package org.countersign.james.hook;

import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.smtp.SMTPSession;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;

/** A message that has begun with MAIL FROM and has not ended yet, with what the engine was told at MAIL FROM. */
record OpenTransaction(SmtpTransaction transaction, MessageSession message) implements AutoCloseable {
    /** Whether James still has a transaction: it forgets the sender at RSET, at EHLO, and when MAIL is refused. */
    static boolean isOpenIn(SMTPSession session) {
        return session.getAttachment(SMTPSession.SENDER, State.Transaction).isPresent();
    }

    /** Abandons the message, or releases it after it has been decided on. */
    @Override
    public void close() {
        message.close();
    }
}
