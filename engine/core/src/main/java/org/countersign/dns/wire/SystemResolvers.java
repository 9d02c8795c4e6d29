package org.countersign.dns.wire;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.xbill.DNS.ResolverConfig;

/** The resolvers that the operating system is set up with. */
public final class SystemResolvers {
    private static final int DNS_PORT = 53;

    private SystemResolvers() {}

    /**
     * Their addresses in the system's order, or the loopback address where the system names none. The
     * DNS library finds them: in {@code /etc/resolv.conf}, the registry or the JVM's own properties. It
     * looks once per JVM, so a change of them takes a restart.
     */
    public static List<InetSocketAddress> servers() {
        Set<String> seen = new HashSet<>();
        List<InetSocketAddress> found = ResolverConfig.getCurrentConfig().servers().stream()
                .filter(server -> !server.isUnresolved())
                // With their zones, which do not count when addresses are compared.
                .filter(server -> seen.add(server.toString()))
                .toList();
        return found.isEmpty() ? List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), DNS_PORT)) : found;
    }
}
