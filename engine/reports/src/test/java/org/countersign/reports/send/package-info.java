@NullMarked
package org.countersign.reports.send;

import org.jspecify.annotations.NullMarked;
