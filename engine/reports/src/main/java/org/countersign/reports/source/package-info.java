/**
 * Sources: the systems that send mail in the name of our own domains, and the sums that views read about them.
 *
 * <p>{@link org.countersign.reports.source.SourceDays} makes the sums of a day from reports that came in and from what
 * this system saw.
 */
@NullMarked
package org.countersign.reports.source;

import org.jspecify.annotations.NullMarked;
