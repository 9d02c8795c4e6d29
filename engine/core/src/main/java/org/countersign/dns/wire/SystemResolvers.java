package org.countersign.dns.wire;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.xbill.DNS.ResolverConfig;

/** The resolvers that the operating system is configured with. */
public final class SystemResolvers {
    private static final int DNS_PORT = 53;

    private SystemResolvers() {}

    /**
     * Their addresses in the order of the system; the loopback address if the system has none. The DNS library reads them
     * once per JVM, from {@code /etc/resolv.conf}, the Windows registry or system properties. A change takes a restart.
     */
    public static List<InetSocketAddress> servers() {
        Set<String> seen = new HashSet<>();
        List<InetSocketAddress> found = ResolverConfig.getCurrentConfig().servers().stream()
                .filter(server -> !server.isUnresolved())
                // Compared as text, because equals() ignores the scope of an IPv6 address.
                .filter(server -> seen.add(server.toString()))
                .toList();
        return found.isEmpty() ? List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), DNS_PORT)) : found;
    }
}
