/** What the packages hold, and how they are installed, upgraded and removed. */
@NullMarked
package org.countersign.packaging;

import org.jspecify.annotations.NullMarked;
