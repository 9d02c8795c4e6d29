/**
 * Receives DMARC reports: from messages, archives and files into the store.
 *
 * <p>Begin with {@link org.countersign.reports.receive.ReportReceiver}, which takes one message or one file.
 */
@NullMarked
package org.countersign.reports.receive;

import org.jspecify.annotations.NullMarked;
