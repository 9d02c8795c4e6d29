/**
 * The engine's last word: {@link org.countersign.policy.LocalPolicy} turns what was found about a message
 * ({@link org.countersign.policy.MessageFacts}) into a {@link org.countersign.policy.Decision}, by an ordered list of
 * {@link org.countersign.policy.Rule rules}, the operator's and those that are built in. It is a pure function: no DNS,
 * no clock, no message.
 */
@NullMarked
package org.countersign.policy;

import org.jspecify.annotations.NullMarked;
