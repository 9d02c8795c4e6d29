/** Messages on their way through James' own SMTP code, on loopback ports. */
@NullMarked
package org.countersign.james;

import org.jspecify.annotations.NullMarked;
