package org.countersign.dns.wire;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The result of a query that only tests whether a server answers.
 *
 * @param problem why there is no answer, for people; empty after any answer, including REFUSED and SERVFAIL
 */
public record ServerProbe(InetSocketAddress server, Optional<String> problem) {
    /** The server as in a policy file: {@code 127.0.0.1:53}. */
    public String name() {
        return SocketFailure.name(server);
    }
}
