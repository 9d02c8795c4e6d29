@NullMarked
package org.countersign.reports.collect;

import org.jspecify.annotations.NullMarked;
