/**
 * Changes to James' Mail objects that the hook and the mailets share:
 * {@link org.countersign.james.mail.MailEditor} applies header edits to the octets of a mail, and
 * {@link org.countersign.james.mail.VerdictAttributes} records results and the decision for later mailets.
 */
@NullMarked
package org.countersign.james.mail;

import org.jspecify.annotations.NullMarked;
