/** Tests of the formats and destinations of the log, some with real programs. */
@NullMarked
package org.countersign.ops.log;

import org.jspecify.annotations.NullMarked;
