/**
 * The engine as a milter filter. {@link org.countersign.milter.filter.EngineFilter} converts an envelope to an SMTP
 * transaction of the engine, and an outcome to a filter decision. {@link org.countersign.milter.filter.MessageLog} logs
 * one line for each message.
 */
@NullMarked
package org.countersign.milter.filter;

import org.jspecify.annotations.NullMarked;
