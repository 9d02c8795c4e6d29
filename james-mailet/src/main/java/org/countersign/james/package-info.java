/**
 * Countersign inside Apache James. {@link org.countersign.james.AuthenticationHook} is called by James' SMTP
 * server at the end of every message; it reads the policy file ({@code PolicyFile}), says in the engine's terms
 * who sends the message ({@code SmtpFacts}), pours the message in, and answers with the verdict.
 *
 * <p>No mail API (javax.mail, jakarta.mail) is used: the message is its octets.
 */
@NullMarked
package org.countersign.james;

import org.jspecify.annotations.NullMarked;
