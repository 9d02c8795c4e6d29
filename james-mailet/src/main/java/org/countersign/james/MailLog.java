package org.countersign.james;

import java.time.Duration;
import org.apache.mailet.Mail;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.domain.IpNetwork;
import org.countersign.explain.LogFields;
import org.countersign.syntax.LogPairs;

/** The line that a mailet leaves of each message, with the keys of {@code docs/log.md}. */
final class MailLog {
    private final StringBuilder line = new StringBuilder(240).append("message");

    MailLog(Mail mail, int recipients, SmtpTransaction transaction, long octets) {
        add("mail", String.valueOf(mail.getName()));
        switch (transaction.client()) {
            case Client.Ip client -> add("client", IpNetwork.renderAddress(client.address()));
            case Client.Unknown unknown -> add("client", "unknown");
            case Client.Local local -> {}
        }
        add("helo", transaction.helo());
        add("mail-from", transaction.mailFrom().toString());
        add("recipients", Integer.toString(recipients));
        add("octets", Long.toString(octets));
    }

    MailLog add(String key, String value) {
        LogPairs.append(line, key, value);
        return this;
    }

    MailLog conclusion(MessageOutcome conclusion, Duration took) {
        LogFields.of(conclusion).forEach(this::add);
        return add("ms", Long.toString(took.toMillis()));
    }

    @Override
    public String toString() {
        return line.toString();
    }
}
