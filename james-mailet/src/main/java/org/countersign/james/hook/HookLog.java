package org.countersign.james.hook;

import java.time.Duration;
import org.apache.james.protocols.smtp.SMTPSession;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.domain.IpNetwork;
import org.countersign.explain.LogFields;
import org.countersign.syntax.LogPairs;
import org.slf4j.Logger;

/** Writes one log line for each checked message, with the keys of {@code docs/log.md}. */
final class HookLog {
    private HookLog() {}

    /**
     * Writes the line of a message.
     *
     * @param recipients the number of recipients
     * @param octets the length of the message as the client sent it
     * @param took the time from the end of DATA to the outcome
     */
    static void write(
            Logger log,
            SMTPSession session,
            SmtpTransaction transaction,
            int recipients,
            long octets,
            MessageOutcome.Judged outcome,
            Duration took) {
        if (!log.isInfoEnabled()) {
            return;
        }
        StringBuilder line = new StringBuilder(240).append("message");
        LogPairs.append(line, "session", session.getSessionID());
        LogPairs.append(
                line,
                "client",
                IpNetwork.renderAddress(session.getRemoteAddress().getAddress()));
        LogPairs.append(line, "helo", transaction.helo());
        LogPairs.append(line, "mail-from", transaction.mailFrom().toString());
        LogPairs.append(line, "recipients", Integer.toString(recipients));
        LogPairs.append(line, "octets", Long.toString(octets));
        LogFields.of(outcome).forEach((key, value) -> LogPairs.append(line, key, value));
        LogPairs.append(line, "ms", Long.toString(took.toMillis()));
        log.info("{}", line);
    }
}
