/**
 * The local policy: {@link org.countersign.policy.LocalPolicy} makes a {@link org.countersign.policy.Decision} from the
 * {@link org.countersign.policy.MessageFacts}. It applies an ordered list of {@link org.countersign.policy.Rule rules},
 * some of the operator and some built in. It is a pure function without DNS, clock and message.
 */
@NullMarked
package org.countersign.policy;

import org.jspecify.annotations.NullMarked;
