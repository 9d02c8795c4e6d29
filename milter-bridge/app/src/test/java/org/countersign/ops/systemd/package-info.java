/** What the service tells systemd. */
@NullMarked
package org.countersign.ops.systemd;

import org.jspecify.annotations.NullMarked;
