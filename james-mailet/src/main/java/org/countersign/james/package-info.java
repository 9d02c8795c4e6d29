/**
 * Countersign inside Apache James. {@link org.countersign.james.AuthenticationHook} is called by James' SMTP
 * server from MAIL FROM to the end of every message. It leases the engine of its policy file ({@code EngineRegistry}),
 * says in the engine's terms who sends the message ({@code SmtpFacts}), pours in what the client sent and not what
 * James wrote above it ({@code ClientMessageOffset}), answers with the verdict ({@code HookResults}), and has the header edits
 * carried out on the octets themselves ({@code EditedMail}, {@code HeaderEditor}).
 *
 * <p>In the mailet container, {@link org.countersign.james.AuthenticateMail} has the engine told who sent a message to the
 * first trusted relay ({@code RelayedMail}), and leaves the results in {@link org.countersign.james.VerdictAttributes},
 * which the matchers read; {@link org.countersign.james.SignOutbound} signs a message as James will send it
 * ({@code MessageToSign}, {@code MessageRewriter}).
 *
 * <p>The mail API (javax.mail, jakarta.mail) is touched only where James' own signatures name it.
 */
@NullMarked
package org.countersign.james;

import org.jspecify.annotations.NullMarked;
