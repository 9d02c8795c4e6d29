/**
 * The page with the metrics of the service.
 *
 * <p>Begin with {@link org.countersign.ops.http.MetricsPage}. The library of Prometheus is used here only: it writes the
 * formats that Prometheus reads, and adds the metrics of the Java runtime. The metrics of the program are read from their
 * registries when somebody asks for them.
 */
@NullMarked
package org.countersign.ops.http;

import org.jspecify.annotations.NullMarked;
