/**
 * The hook in James' SMTP server. {@link org.countersign.james.hook.InboundHook} is called by James from MAIL FROM to
 * the end of DATA. It builds the SMTP transaction ({@code SmtpTransactionFactory}), reads the message without the
 * fields that James adds above it ({@code ClientMessageOffset}), and returns the verdict ({@code HookResults}).
 */
@NullMarked
package org.countersign.james.hook;

import org.jspecify.annotations.NullMarked;
