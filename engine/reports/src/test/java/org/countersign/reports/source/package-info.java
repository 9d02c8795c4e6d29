/** Tests of the sums that views read. */
package org.countersign.reports.source;
