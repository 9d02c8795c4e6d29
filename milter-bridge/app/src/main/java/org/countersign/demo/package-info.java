/**
 * The newcomer's first minute: {@link org.countersign.demo.Demo} plays a handful of messages through the real
 * bridge, over a real socket, with a DNS of its own, and tells what became of each.
 */
@NullMarked
package org.countersign.demo;

import org.jspecify.annotations.NullMarked;
