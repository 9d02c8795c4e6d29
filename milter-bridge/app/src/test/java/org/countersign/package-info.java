@NullMarked
package org.countersign;

import org.jspecify.annotations.NullMarked;
