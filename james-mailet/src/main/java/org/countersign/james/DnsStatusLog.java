package org.countersign.james;

import java.nio.file.Path;
import java.util.List;
import org.countersign.dns.wire.ServerProbe;
import org.countersign.service.DnsWatch;
import org.countersign.syntax.LogPairs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to James' log when no DNS server answers any more, and when one does again, with the keys of {@code
 * docs/log.md}.
 */
final class DnsStatusLog implements DnsWatch.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(EngineRegistry.class);

    private final Path file;

    /** @param file the policy file that names the servers */
    DnsStatusLog(Path file) {
        this.file = file;
    }

    @Override
    public void silent(ServerProbe server) {
        LOG.warn(
                "{}",
                line(
                        "dns-server-silent",
                        "server",
                        server.name(),
                        server.problem().orElse("")));
    }

    @Override
    public void unavailable(List<ServerProbe> servers) {
        LOG.warn(
                "{}",
                line(
                        "dns-unavailable",
                        "servers",
                        names(servers),
                        servers.getFirst().problem().orElse("")));
    }

    @Override
    public void available(List<ServerProbe> servers) {
        LOG.info("{}", line("dns-available", "servers", names(servers), ""));
    }

    private StringBuilder line(String event, String key, String servers, String reason) {
        StringBuilder line = new StringBuilder(event);
        LogPairs.append(line, "policy-file", file.toString());
        LogPairs.append(line, key, servers);
        if (!reason.isEmpty()) {
            LogPairs.append(line, "reason", reason);
        }
        return line;
    }

    private static String names(List<ServerProbe> servers) {
        return String.join(" ", servers.stream().map(ServerProbe::name).toList());
    }
}
