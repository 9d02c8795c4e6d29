/** Tests with real sockets, whose receivers are small programs in Python. */
@NullMarked
package org.countersign.ops.system;

import org.jspecify.annotations.NullMarked;
