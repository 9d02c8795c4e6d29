/**
 * The server side of milter connections. A {@link org.countersign.milter.server.MilterServer} opens its sockets and
 * serves each connection by its own virtual thread with blocking reads and writes. It limits the number of connections
 * and their idle time. When it is closed, current messages are finished first.
 */
@NullMarked
package org.countersign.milter.server;

import org.jspecify.annotations.NullMarked;
