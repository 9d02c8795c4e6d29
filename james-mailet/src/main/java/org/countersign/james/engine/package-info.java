/**
 * The engines of one James. {@link org.countersign.james.engine.EngineRegistry} has one engine for each policy file,
 * shared by all hooks and mailets that name the file; each holds a lease on it
 * ({@link org.countersign.james.engine.EngineProvider}).
 */
@NullMarked
package org.countersign.james.engine;

import org.jspecify.annotations.NullMarked;
