/**
 * What people want to know from DMARC reports, as values that the terminal and the web page show.
 *
 * <p>{@link org.countersign.reports.view.ReportViews} reads the store and changes nothing.
 */
@NullMarked
package org.countersign.reports.view;

import org.jspecify.annotations.NullMarked;
