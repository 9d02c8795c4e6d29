/** Asks the authoritative servers of a zone directly, so that no cache stands between a record and its reader. */
@NullMarked
package org.countersign.dns.authoritative;

import org.jspecify.annotations.NullMarked;
