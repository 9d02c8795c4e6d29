/**
 * The server side of milter connections. Start with {@link org.countersign.milter.server.MilterServer}, which opens its
 * sockets and serves each connection by its own virtual thread with blocking reads and writes. It limits the number of
 * connections and their idle time ({@link org.countersign.milter.server.ServerSettings},
 * {@link org.countersign.milter.server.ConnectionTimeouts}). When it is closed, current messages are finished first.
 */
@NullMarked
package org.countersign.milter.server;

import org.jspecify.annotations.NullMarked;
