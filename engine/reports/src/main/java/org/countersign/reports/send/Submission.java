package org.countersign.reports.send;

import org.countersign.syntax.Escapes;

/**
 * What a mail server answered to a message for one recipient.
 */
public sealed interface Submission {
    /** One line about it, for people: the reply of the server if there is one. */
    String text();

    /** The server has accepted the message and answers for it. */
    record Accepted(String text) implements Submission {}

    /** The server refuses the recipient or the message, and will do so again (RFC 5321 §4.2.1: 5yz). */
    record Refused(String text) implements Submission {}

    /** The server does not take the message now, or refuses us as a client, which somebody has to change. */
    record Postponed(String text) implements Submission {}

    /** There is no connection to the server, or it broke, so that other messages would have the same fate. */
    record Unreachable(String text) implements Submission {}

    /**
     * What a reply to RCPT or DATA means.
     *
     * @param code of the reply; negative if the connection broke
     * @param reply with its code
     */
    static Submission ofReply(int code, String reply) {
        String line = line(reply);
        if (code < 0) {
            return new Unreachable(line);
        }
        // RFC 3463 §3.8: security or policy status, such as "relay access denied".
        return code / 100 == 5 && !line.contains(" 5.7.") ? new Refused(line) : new Postponed(line);
    }

    /** What a refused sender means: the server does not let this host send as this address. Nothing is wrong with the recipient. */
    static Submission ofRefusedSender(String reply) {
        return new Postponed("MAIL FROM: " + line(reply));
    }

    /** A reply or a problem as one short line. */
    static String line(String text) {
        return Escapes.printable(text.strip().replace("\r\n", " ").replace('\n', ' '), 300);
    }
}
