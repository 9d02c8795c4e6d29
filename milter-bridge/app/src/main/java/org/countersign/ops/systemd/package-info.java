/**
 * Tells the service manager systemd what the service does, and that it is alive.
 *
 * <p>{@link org.countersign.ops.systemd.ServiceManager} sends the messages, {@link
 * org.countersign.ops.systemd.ServiceStatus} chooses them, and {@link org.countersign.ops.systemd.Watchdog} sends one as long
 * as {@link org.countersign.ops.systemd.Liveness} finds that the program works. Without systemd nothing is done.
 */
@NullMarked
package org.countersign.ops.systemd;

import org.jspecify.annotations.NullMarked;
