/**
 * Which keys sign which mail of our own users: the {@link org.countersign.signing.SigningTable}, the dates of
 * keys ({@link org.countersign.signing.ScheduledKey}), who may write as whom
 * ({@link org.countersign.signing.AuthorPermissions}), and what they come to for one message
 * ({@link org.countersign.signing.SigningPolicy}). Everything here is immutable and knows neither files nor a
 * clock: a front end that reads a new table builds a new policy from it.
 */
@NullMarked
package org.countersign.signing;

import org.jspecify.annotations.NullMarked;
