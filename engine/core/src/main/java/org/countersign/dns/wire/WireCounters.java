package org.countersign.dns.wire;

/**
 * What a {@link WireDnsClient} has done since it was made. The numbers are read one after the other, so
 * under load they need not add up to the last digit.
 *
 * @param queries queries sent, every try at every server counted
 * @param silences queries that brought no answer that can be read: nothing, garbage, an unreachable server
 * @param overloads queries that were given up, or not sent, for want of room
 * @param restingServers how many servers are asked last at the moment, since they were silent
 */
public record WireCounters(long queries, long silences, long overloads, int restingServers) {
    static final WireCounters NONE = new WireCounters(0, 0, 0, 0);

    WireCounters plus(WireCounters other) {
        return new WireCounters(
                queries + other.queries,
                silences + other.silences,
                overloads + other.overloads,
                restingServers + other.restingServers);
    }
}
