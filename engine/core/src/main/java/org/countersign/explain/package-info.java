/**
 * Explanations of outcomes: every result of a message with its evidence, for programs, for people and for logs.
 *
 * <p>Begin with {@link org.countersign.explain.MessageExplanation}, which turns a
 * {@link org.countersign.MessageOutcome} into a tree. {@link org.countersign.explain.ExplanationJson} and
 * {@link org.countersign.explain.ExplanationText} write a tree, and {@link org.countersign.explain.LogFields} is the
 * summary for one line of a log. All front ends and tools use this package, so they say the same about a message.
 * Nothing in the engine depends on it.
 */
@NullMarked
package org.countersign.explain;

import org.jspecify.annotations.NullMarked;
