/**
 * The events that every host logs about a running engine, with the same names and keys in all of them.
 *
 * <p>The classes of this package turn news of the engine into {@link org.countersign.service.log.LogEvent}s; a host
 * implements {@link org.countersign.service.log.EventLog} to write them with its own logger. The events are described in
 * {@code docs/log.md}.
 */
@NullMarked
package org.countersign.service.log;

import org.jspecify.annotations.NullMarked;
