/**
 * Tests with a real Sendmail. {@link org.countersign.sendmail.SendmailInstance} runs it as if it were installed on a
 * machine of its own, whose configuration is a {@link org.countersign.sendmail.SendmailSettings}. The program comes from
 * the script {@code .ci/sendmail}; tests are skipped without it.
 */
@NullMarked
package org.countersign.sendmail;

import org.jspecify.annotations.NullMarked;
