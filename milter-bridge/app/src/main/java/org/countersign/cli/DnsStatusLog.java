package org.countersign.cli;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import org.countersign.dns.wire.ServerProbe;
import org.countersign.service.DnsWatch;

/**
 * Logs when no DNS server answers any more, and when one does again. The keys are documented in {@code docs/log.md}.
 */
final class DnsStatusLog implements DnsWatch.Listener {
    private static final System.Logger LOG = System.getLogger("countersign.dns");

    @Override
    public void silent(ServerProbe server) {
        LOG.log(
                Level.WARNING,
                "dns-server-silent",
                Map.entry("server", server.name()),
                Map.entry("reason", server.problem().orElse("")));
    }

    @Override
    public void unavailable(List<ServerProbe> servers) {
        LOG.log(
                Level.WARNING,
                "dns-unavailable",
                Map.entry("servers", names(servers)),
                Map.entry("reason", servers.getFirst().problem().orElse("")));
    }

    @Override
    public void available(List<ServerProbe> servers) {
        LOG.log(Level.INFO, "dns-available", Map.entry("servers", names(servers)));
    }

    private static String names(List<ServerProbe> servers) {
        return String.join(" ", servers.stream().map(ServerProbe::name).toList());
    }
}
