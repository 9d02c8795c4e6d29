@NullMarked
package org.countersign.milter.filter;

import org.jspecify.annotations.NullMarked;
