/** The content of the shipped jar, and James with the jar in its extensions folder. */
@NullMarked
package org.countersign.james;

import org.jspecify.annotations.NullMarked;
