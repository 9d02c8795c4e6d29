package org.countersign.james;

import java.time.Duration;
import org.apache.james.protocols.smtp.SMTPSession;
import org.countersign.AuthenticationOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.domain.IpNetwork;
import org.countersign.explain.LogFields;
import org.countersign.syntax.LogPairs;
import org.slf4j.Logger;

/** The line of the log that each message leaves; its keys are documented in {@code docs/log.md}. */
final class HookLog {
    private HookLog() {}

    /**
     * Writes it.
     *
     * @param octets how long the message was
     * @param took from the end of DATA to the conclusion
     */
    static void judged(
            Logger log,
            SMTPSession session,
            SmtpTransaction transaction,
            int recipients,
            long octets,
            AuthenticationOutcome outcome,
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
