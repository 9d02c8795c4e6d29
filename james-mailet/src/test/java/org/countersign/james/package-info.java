/** Tests with James' own code, on loopback ports. */
@NullMarked
package org.countersign.james;

import org.jspecify.annotations.NullMarked;
