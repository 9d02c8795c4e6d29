/** Tests of the source code itself: dependencies between packages, visibility and format. */
@NullMarked
package org.countersign.architecture;

import org.jspecify.annotations.NullMarked;
