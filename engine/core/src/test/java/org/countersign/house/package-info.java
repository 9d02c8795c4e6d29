/** The rules of the house as tests: dependency direction, format, citations. */
@NullMarked
package org.countersign.house;

import org.jspecify.annotations.NullMarked;
