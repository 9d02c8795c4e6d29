/**
 * The operation of the milter service: its start and end, its settings, its signals and its log.
 *
 * <p>Begin with {@link org.countersign.ops.MilterService}. The command line only reads options and calls it.
 */
@NullMarked
package org.countersign.ops;

import org.jspecify.annotations.NullMarked;
