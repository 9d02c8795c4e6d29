package org.countersign.cli;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The DNS servers of a command that evaluates messages. */
final class ServersOption {
    @Option(
            names = "--dns",
            paramLabel = "ADDR[:PORT]",
            description = "A DNS server to use instead of the configured ones; can be repeated.")
    private List<InetSocketAddress> servers = new ArrayList<>();

    /** The servers in the order of the command line; empty for the configured ones. */
    List<InetSocketAddress> servers() {
        return List.copyOf(servers);
    }
}
