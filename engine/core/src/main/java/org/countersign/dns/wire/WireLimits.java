package org.countersign.dns.wire;

import java.time.Duration;

/**
 * How much may be under way at once.
 *
 * @param underWay how many queries may wait for their answers, at all servers together; each holds a socket
 * @param burst how many queries may be sent to one server before it has answered them or had the time to
 *     read them: what arrives faster than a server reads is lost without a word. A third more may be sent that are about
 *     Author Domains
 * @param readByThen after how long a server has read what was sent to it, whether or not it knows the answer
 * @param line how many queries may wait for their turn to be sent to one server; twice as many more that are about
 *     Author Domains
 */
record WireLimits(int underWay, int burst, Duration readByThen, int line) {
    /**
     * As many sockets as a process has descriptors for beside a thousand connections of mail servers; the
     * datagrams that fit the receive buffer a system gives a socket, with some to spare; a time that a busy
     * machine keeps to; a line that is through in less than a second.
     */
    static final WireLimits DEFAULT = new WireLimits(2048, 192, Duration.ofMillis(100), 2048);

    /** How many queries about Author Domains may be sent in addition to {@link #burst}. */
    int authorBurst() {
        return Math.max(1, burst / 3);
    }

    /** How many queries about Author Domains may wait for their turn. */
    int authorLine() {
        return 2 * line;
    }
}
