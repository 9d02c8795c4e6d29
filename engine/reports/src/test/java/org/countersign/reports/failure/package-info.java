@NullMarked
package org.countersign.reports.failure;

import org.jspecify.annotations.NullMarked;
