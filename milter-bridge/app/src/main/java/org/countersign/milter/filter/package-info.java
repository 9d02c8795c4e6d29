/**
 * Where the milter's world and the engine's meet: {@link org.countersign.milter.filter.EngineFilter} translates
 * an envelope into the engine's terms and a conclusion into header edits and a reply, and
 * {@link org.countersign.milter.filter.MessageLog} writes the one line that each message leaves.
 */
@NullMarked
package org.countersign.milter.filter;

import org.jspecify.annotations.NullMarked;
