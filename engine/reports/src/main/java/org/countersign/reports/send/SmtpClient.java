package org.countersign.reports.send;

/** Hands messages to a mail server by SMTP. A front end brings the library that it has. */
@FunctionalInterface
public interface SmtpClient {
    /**
     * Submits a message once.
     *
     * @param sender the envelope sender, whose domain is the name of this host in EHLO
     * @param message with CRLF line ends, to be sent as it is
     */
    Submission submit(MailServer server, MailAddress sender, MailAddress recipient, byte[] message);

    /**
     * Breaks off a submission in flight, which then ends as {@link Submission.Unreachable}. From any thread. A client that never
     * waits has nothing to break off.
     */
    default void cancel() {}
}
