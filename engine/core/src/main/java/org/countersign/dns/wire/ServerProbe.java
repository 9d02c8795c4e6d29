package org.countersign.dns.wire;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What came of a query to a server that only asks whether it is there.
 *
 * @param problem why it gave no answer, for people; empty where it gave one, if only that it refuses or has failed
 */
public record ServerProbe(InetSocketAddress server, Optional<String> problem) {
    /** The server as a policy file names it: {@code 127.0.0.1:53}. */
    public String name() {
        return SocketFailure.name(server);
    }
}
