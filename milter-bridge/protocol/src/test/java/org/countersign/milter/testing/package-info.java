/** Filters and mail servers for tests. */
@NullMarked
package org.countersign.milter.testing;

import org.jspecify.annotations.NullMarked;
