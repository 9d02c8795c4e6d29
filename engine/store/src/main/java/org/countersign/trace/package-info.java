/**
 * The trace: the explanation of each message, kept for some days so that a postmaster can ask later what happened.
 *
 * <p>{@link org.countersign.trace.TraceWriter} takes messages from the mail path, never waits there, and writes them to
 * the store on a thread of its own. {@link org.countersign.trace.TraceReader} finds them again.
 */
@NullMarked
package org.countersign.trace;

import org.jspecify.annotations.NullMarked;
