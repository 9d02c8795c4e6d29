@NullMarked
package org.countersign.reports.receive;

import org.jspecify.annotations.NullMarked;
