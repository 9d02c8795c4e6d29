/**
 * The operation of the milter service: its start and end, its settings, signals, sockets, metrics and health.
 *
 * <p>Begin with {@link org.countersign.ops.MilterService}, which the command line calls. It connects the parts;
 * {@link org.countersign.ops.ServerLifecycle} has the stages from the first listening address to the last connection.
 */
@NullMarked
package org.countersign.ops;

import org.jspecify.annotations.NullMarked;
