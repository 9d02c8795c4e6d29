package org.countersign.james.mailet;

import java.time.Duration;
import org.apache.mailet.Mail;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.domain.IpNetwork;
import org.countersign.explain.LogFields;
import org.countersign.syntax.LogPairs;

/** Builds the log line that a mailet writes for each message, with the keys of {@code docs/log.md}. */
final class MailetLog {
    private final StringBuilder line = new StringBuilder(240).append("message");

    MailetLog(Mail mail, int recipients, SmtpTransaction transaction, long octets) {
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

    MailetLog add(String key, String value) {
        LogPairs.append(line, key, value);
        return this;
    }

    MailetLog outcome(MessageOutcome outcome, Duration took) {
        LogFields.of(outcome).forEach(this::add);
        return add("ms", Long.toString(took.toMillis()));
    }

    @Override
    public String toString() {
        return line.toString();
    }
}
