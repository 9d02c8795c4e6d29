/**
 * DMARC failure reports (RFC 9991 over RFC 6591 and RFC 5965): read, written with what is private removed, and decided when to
 * write.
 */
@NullMarked
package org.countersign.reports.failure;

import org.jspecify.annotations.NullMarked;
