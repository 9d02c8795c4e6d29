package org.countersign.service.log;

import java.lang.System.Logger.Level;
import java.util.List;
import org.countersign.dns.wire.ServerProbe;
import org.countersign.service.DnsWatch;

/** Logs when no DNS server answers, and when one answers again. */
public final class DnsStatusLog implements DnsWatch.Listener {
    private final EventLog log;

    public DnsStatusLog(EventLog log) {
        this.log = log;
    }

    @Override
    public void silent(ServerProbe server) {
        log.write(new LogEvent("dns", Level.WARNING, "dns-server-silent")
                .with("server", server.name())
                .with("reason", server.problem()));
    }

    @Override
    public void unavailable(List<ServerProbe> servers) {
        log.write(new LogEvent("dns", Level.WARNING, "dns-unavailable")
                .with("servers", names(servers))
                .with("reason", servers.getFirst().problem()));
    }

    @Override
    public void available(List<ServerProbe> servers) {
        log.write(new LogEvent("dns", Level.INFO, "dns-available").with("servers", names(servers)));
    }

    private static String names(List<ServerProbe> servers) {
        return String.join(" ", servers.stream().map(ServerProbe::name).toList());
    }
}
