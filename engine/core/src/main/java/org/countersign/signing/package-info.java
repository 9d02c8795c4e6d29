/**
 * Decides which keys sign which mail of local users.
 *
 * <p>Begin with {@link org.countersign.signing.SigningPolicy}, which decides for one message. It uses the
 * {@link org.countersign.signing.SigningTable}, the validity of each {@link org.countersign.signing.ScheduledKey}, and the
 * {@link org.countersign.signing.AuthorPermissions}. All three are immutable: a front end that reads a new table builds a
 * new policy. {@link org.countersign.signing.SigningSelector} adds whether the DNS publishes a key.
 */
@NullMarked
package org.countersign.signing;

import org.jspecify.annotations.NullMarked;
