@NullMarked
package org.countersign.reports.document;

import org.jspecify.annotations.NullMarked;
