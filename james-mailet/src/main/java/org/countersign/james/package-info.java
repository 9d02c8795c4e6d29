/**
 * Countersign inside Apache James. This package has the classes that James' configuration files name, and nothing
 * else: the hook {@link org.countersign.james.AuthenticationHook}, the mailets
 * {@link org.countersign.james.AuthenticateMail} and {@link org.countersign.james.SignOutbound}, and the matchers
 * {@link org.countersign.james.VerdictIs}, {@link org.countersign.james.DmarcResultIs} and
 * {@link org.countersign.james.AuthorDomainIs}. Their implementations are in the packages {@code hook},
 * {@code mailet} and {@code matcher}. These share {@code engine}, the engine of each policy file, and {@code mail},
 * the changes to James' Mail objects. {@code message} and {@code relay} do not depend on James.
 *
 * <p>The mail API (javax.mail, jakarta.mail) is used only where James' own method signatures require it.
 */
@NullMarked
package org.countersign.james;

import org.jspecify.annotations.NullMarked;
