package org.countersign.dns.wire;

import java.time.Duration;

/**
 * Limits of a {@link WireDnsClient}.
 *
 * @param inFlight how many queries may wait for their answers, at all servers together; each holds a socket
 * @param burst how many queries may be sent to one server within {@link #ackWindow} before it has answered them. A server
 *     silently loses queries that arrive faster than it reads. A third more may be sent that are about Author Domains
 * @param ackWindow how long a server needs at most to read a query, whether or not it can answer it
 * @param queueLength how many queries may wait until they may be sent to one server; twice as many more that are about
 *     Author Domains
 */
record WireLimits(int inFlight, int burst, Duration ackWindow, int queueLength) {
    /**
     * The number of sockets leaves a process enough file descriptors for a thousand connections of mail servers. A burst
     * fits the default receive buffer of a socket. The window is long enough for a busy machine. The queue is empty again
     * in less than two seconds.
     */
    private static final WireLimits MAX = new WireLimits(2048, 192, Duration.ofMillis(100), 2048);

    /** How much heap there must be for each query in flight. */
    private static final long HEAP_OF_QUERY = 128L << 10;

    static final WireLimits DEFAULT = ofHeap(Runtime.getRuntime().maxMemory());

    /** A query that waits takes some kilobytes, mostly the stacks of its threads. So a small heap has fewer of them. */
    static WireLimits ofHeap(long octets) {
        int queries = (int) Math.min(MAX.inFlight, octets / HEAP_OF_QUERY);
        return new WireLimits(queries, MAX.burst, MAX.ackWindow, queries);
    }

    /** How many queries about Author Domains may be sent in addition to {@link #burst}. */
    int authorBurst() {
        return Math.max(1, burst / 3);
    }

    /** How many queries about Author Domains may wait until they may be sent. */
    int authorQueueLength() {
        return 2 * queueLength;
    }
}
