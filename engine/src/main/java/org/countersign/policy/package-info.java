/**
 * The engine's last word: {@link org.countersign.policy.LocalPolicy} turns what was found about a message
 * ({@link org.countersign.policy.PolicyFacts}) into a {@link org.countersign.policy.Decision}, by rules
 * that have names. It is a pure function: no DNS, no clock, no message.
 */
@NullMarked
package org.countersign.policy;

import org.jspecify.annotations.NullMarked;
