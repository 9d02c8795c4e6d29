/** The jar as it is shipped: what is in it, and James with it in its extensions folder. */
@NullMarked
package org.countersign.james;

import org.jspecify.annotations.NullMarked;
