/** Filters and mail servers for tests of the milter bridge. */
@NullMarked
package org.countersign.milter.testing;

import org.jspecify.annotations.NullMarked;
