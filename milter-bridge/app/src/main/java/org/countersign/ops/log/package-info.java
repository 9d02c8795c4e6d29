/**
 * The log of the service: where its lines go, and what they look like.
 *
 * <p>Begin with {@link org.countersign.ops.log.ServiceLog}. Each event is formatted by a {@code LineFormat}, waits in
 * the {@code LogQueue}, and is written to a {@code LogSink} by one thread. So neither a slow nor a full destination makes
 * a message wait.
 */
@NullMarked
package org.countersign.ops.log;

import org.jspecify.annotations.NullMarked;
