/**
 * Counters, gauges and histograms. A component declares its {@link org.countersign.metrics.Metric}s, gets its {@link org.countersign.metrics.Counter}s from a
 * {@link org.countersign.metrics.Meter} when it is created, and then only counts. The program that runs the components
 * owns a {@link org.countersign.metrics.MetricRegistry}, from which its log reads the values. A program with a metrics
 * library of its own implements {@code Meter} on top of that library instead.
 *
 * <p>The number of metrics does not depend on mail. The values of a label come from a fixed set, such as the verdicts, or
 * from the configuration, such as the names of the rules.
 */
@NullMarked
package org.countersign.metrics;

import org.jspecify.annotations.NullMarked;
