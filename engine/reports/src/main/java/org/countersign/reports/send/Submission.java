package org.countersign.reports.send;

/**
 * What a mail server answered to a message for one recipient.
 */
sealed interface Submission {
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
}
