/**
 * The interface of the engine for a front end, such as a milter or a mail server's hook.
 *
 * <p>A front end has one {@link org.countersign.CountersignEngine}. For every message it opens a
 * {@link org.countersign.MessageSession} when MAIL FROM has been accepted, and writes the message to it. At the end the
 * session returns a {@link org.countersign.MessageOutcome}: a decision, and the edits of the header section to make.
 *
 * <p>{@link org.countersign.TrafficRules} tell the direction of a message. Mail from outside is judged (package
 * {@code org.countersign.inbound}), mail of local users is signed (package {@code org.countersign.outbound}), and mail
 * between local machines passes through unchanged.
 *
 * <p>A program that verifies single messages needs none of this. It calls
 * {@link org.countersign.facade.Countersign} instead:
 *
 * <pre>{@code
 * SmtpTransaction transaction = SmtpTransaction.of("192.0.2.1", "mail.sender.example", "alice@sender.example");
 * AuthenticationReport report = Countersign.verify(dns, clock, message, transaction);
 * String field = report.authenticationResults();
 * }</pre>
 *
 * <p>The engine depends on no front end and opens no files. A front end passes the DNS client and the clock to it.
 */
@NullMarked
package org.countersign;

import org.jspecify.annotations.NullMarked;
