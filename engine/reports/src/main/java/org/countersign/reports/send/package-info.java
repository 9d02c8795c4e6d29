/**
 * Sends DMARC aggregate reports (RFC 9990 §3.5): plans a day, composes each report, and hands it to a mail server. The state of
 * everything is in the store, so that several hosts can share the work and a report outlives each of them.
 */
@NullMarked
package org.countersign.reports.send;

import org.jspecify.annotations.NullMarked;
