/**
 * Calls of the operating system that the Java library does not have.
 *
 * <p>{@link org.countersign.ops.system.UnixDatagramSender} sends datagrams to the sockets of syslog, the journal and the
 * service manager.
 */
@NullMarked
package org.countersign.ops.system;

import org.jspecify.annotations.NullMarked;
