package org.countersign.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * unbound as the resolver and nsd as the authoritative server of {@code drill.test}, on loopback ports. The resolver
 * also has a delegation of {@code lame.test} to nsd, which does not serve it, and of {@code dead.test} to a server
 * that does not exist. It queries no other servers.
 */
public final class RealResolver implements AutoCloseable {
    private static final String AUTHORITY_CONFIGURATION = """
        server:
          ip-address: 127.0.0.1@%PORT%
          server-count: 1
          username: ""
          zonesdir: "%FOLDER%"
          pidfile: "%FOLDER%/nsd.pid"
          xfrdir: "%FOLDER%"
          xfrdfile: "%FOLDER%/xfrd.state"
          zonelistfile: "%FOLDER%/zone.list"
        remote-control:
          control-enable: no
        zone:
          name: drill.test
          zonefile: drill.zone
        """;
    private static final String RESOLVER_CONFIGURATION = """
        server:
          interface: 127.0.0.1@%PORT%
          do-daemonize: no
          do-ip6: no
          num-threads: 1
          use-syslog: no
          logfile: ""
          verbosity: 1
          chroot: ""
          username: ""
          directory: "%FOLDER%"
          pidfile: "%FOLDER%/unbound-%PORT%.pid"
          access-control: 127.0.0.0/8 allow
          module-config: "iterator"
          do-not-query-localhost: no
        %LOCAL%
        remote-control:
          control-enable: no
        stub-zone:
          name: "drill.test"
          stub-addr: 127.0.0.1@%AUTHORITY%
        stub-zone:
          name: "lame.test"
          stub-addr: 127.0.0.1@%AUTHORITY%
        stub-zone:
          name: "dead.test"
          stub-addr: 127.0.0.1@%NOBODY%
        stub-zone:
          name: "."
          stub-addr: 127.0.0.1@%NOBODY%
        """;
    // unbound serves an empty zone test (RFC 6761 §6.2) unless told otherwise. That nothing is published
    // about the top-level domain itself it still says at once.
    private static final String OPEN_TEST_ZONE = """
          local-zone: "test." nodefault
          local-zone: "_dmarc.test." always_nxdomain
        """;

    private final Path folder;
    private final InetSocketAddress nobody = FreePort.address();
    private final InetSocketAddress authority = FreePort.address();
    private final InetSocketAddress address = FreePort.address();
    private final NameServerProcess nsd;
    private final NameServerProcess unbound;

    private RealResolver(Path folder, String zone) throws IOException, InterruptedException {
        this.folder = folder;
        Files.writeString(folder.resolve("drill.zone"), zone, StandardCharsets.US_ASCII);
        Path configuration = write("nsd.conf", AUTHORITY_CONFIGURATION.replace("%PORT%", port(authority)));
        this.nsd = NameServerProcess.nsd(NameServerProcess.find("nsd").orElseThrow(), configuration);
        try {
            this.unbound = another(address, OPEN_TEST_ZONE);
        } catch (IOException | InterruptedException | RuntimeException failed) {
            nsd.close();
            throw failed;
        }
    }

    /** Whether both programs are installed. */
    public static boolean isInstalled() {
        return NameServerProcess.find("nsd").isPresent()
                && NameServerProcess.find("unbound").isPresent();
    }

    /**
     * Starts both servers.
     *
     * @param folder for their files
     * @param zone the zone file of {@code drill.test}
     */
    public static RealResolver start(Path folder, String zone) throws IOException, InterruptedException {
        return new RealResolver(folder, zone);
    }

    /**
     * Starts one more resolver in front of the same authority.
     *
     * @param local lines for its section {@code server}; empty to let it resolve as the first one does
     */
    public NameServerProcess another(InetSocketAddress where, String local) throws IOException, InterruptedException {
        Path configuration = write(
                "unbound-" + port(where) + ".conf",
                RESOLVER_CONFIGURATION
                        .replace("%LOCAL%", local.isEmpty() ? OPEN_TEST_ZONE : local)
                        .replace("%PORT%", port(where)));
        return NameServerProcess.unbound(NameServerProcess.find("unbound").orElseThrow(), configuration);
    }

    /** The resolver. */
    public InetSocketAddress address() {
        return address;
    }

    /** The server of {@code drill.test}, which refuses all other queries. */
    public InetSocketAddress authority() {
        return authority;
    }

    /** An address without a listener. */
    public InetSocketAddress nobody() {
        return nobody;
    }

    private Path write(String name, String text) throws IOException {
        String filled = text.replace("%FOLDER%", folder.toString())
                .replace("%AUTHORITY%", port(authority))
                .replace("%NOBODY%", port(nobody));
        return Files.writeString(folder.resolve(name), filled, StandardCharsets.US_ASCII);
    }

    private static String port(InetSocketAddress address) {
        return Integer.toString(address.getPort());
    }

    @Override
    public void close() {
        unbound.close();
        nsd.close();
    }
}
