/** The service under a real systemd, which runs in private namespaces ({@link org.countersign.systemd.SystemdNamespace}). */
@NullMarked
package org.countersign.systemd;

import org.jspecify.annotations.NullMarked;
