/**
 * A demonstration without configuration: {@link org.countersign.demo.Demo} sends a few messages through the real filter
 * over a real socket, with its own DNS data, and shows the result of each.
 */
@NullMarked
package org.countersign.demo;

import org.jspecify.annotations.NullMarked;
