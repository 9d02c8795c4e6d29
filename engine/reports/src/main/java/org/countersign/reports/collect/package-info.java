/**
 * Counts inbound messages for DMARC aggregate reports (RFC 9990). A message thread hands over one small value and never
 * waits. Counts wait in files until they are in the store, so that neither a store nor a host that fails loses them or
 * counts them twice.
 */
@NullMarked
package org.countersign.reports.collect;

import org.jspecify.annotations.NullMarked;
