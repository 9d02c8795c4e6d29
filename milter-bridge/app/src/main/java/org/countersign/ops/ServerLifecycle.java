package org.countersign.ops;

import java.lang.System.Logger.Level;
import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.metrics.MetricRegistry;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.server.BindFailure;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerMetrics;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.ops.systemd.Liveness;
import org.countersign.ops.systemd.ServiceManager;
import org.countersign.ops.systemd.ServiceStatus;
import org.countersign.ops.systemd.Watchdog;
import org.countersign.service.DnsResolver;
import org.countersign.service.DnsWatch;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.PolicySource;
import org.countersign.service.RsaSelection;
import org.countersign.service.log.DnsLog;
import org.countersign.service.log.DnsStatusLog;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.service.log.MemoryLog;
import org.countersign.service.log.PolicyLog;
import org.countersign.smtp.MemoryBudget;
import org.countersign.syntax.Ascii;

/**
 * The milter server from its first listening address to its last connection. Tells the log, the service manager and the
 * health pages what stage it is in.
 */
final class ServerLifecycle {
    private final PolicySource source;
    private final ServiceManager manager;
    private final ServiceStatus status;
    private final Health health;
    private final MetricRegistry metrics;
    private final EventLog log;

    /**
     * @param source the policy in effect; the server starts with the settings of its first one
     * @param metrics where the server counts its connections and messages
     */
    ServerLifecycle(
            PolicySource source,
            ServiceManager manager,
            ServiceStatus status,
            Health health,
            MetricRegistry metrics,
            EventLog log) {
        this.source = source;
        this.manager = manager;
        this.status = status;
        this.health = health;
        this.metrics = metrics;
        this.log = log;
    }

    /**
     * Serves until a signal ends it and the messages in flight are finished.
     *
     * @param filter evaluates the messages
     * @throws BindFailure if one of the addresses cannot be used
     */
    @SuppressWarnings("try") // The logs are opened only to be closed at the end.
    void run(EngineFilter filter, ServiceSignals signals) throws BindFailure {
        LoadedPolicy policy = source.policy();
        BridgeConfiguration settings = BridgeConfiguration.of(policy.configuration());
        // All engines that a reload creates share the first engine's budget.
        MemoryBudget memory = policy.engine().memory();
        PolicyLog.publicSuffixList(policy.configuration(), log);
        ListenSockets sockets = ListenSockets.of(settings, SocketActivation.sockets(log));
        try (Liveness watched = liveness();
                Liveness shown = liveness();
                MilterServer server = MilterServer.start(
                        serverSettings(settings, sockets), filter, memory, metrics, sockets.passed());
                DnsLog dnsLog = DnsLog.start(this::dns, DnsLog.DEFAULT_INTERVAL, log);
                MemoryLog memoryLog = MemoryLog.start(memory, log)) {
            watched.listening(server);
            shown.listening(server);
            listening(server, sockets, policy);
            health.ready(HttpSettings.of(policy.configuration()).isOn() ? Optional.of(shown) : Optional.empty());
            status.serving(server.addresses(), source.policy());
            awaitEnd(watched, signals);
            stopping(settings);
            server.close();
        }
        stopped();
    }

    private static ServerSettings serverSettings(BridgeConfiguration settings, ListenSockets sockets) {
        return ServerSettings.listeningOn(sockets.addresses())
                .withMaxConnections(settings.maxConnections())
                .withMaxConnectionsPerClient(settings.maxConnectionsPerClient().orElse(settings.maxConnections()))
                .withTimeouts(settings.timeouts())
                .withGrace(settings.drainTimeout())
                .withSocketPermissions(settings.sockets());
    }

    private void listening(MilterServer server, ListenSockets sockets, LoadedPolicy policy) {
        Configuration configuration = policy.configuration();
        for (ListenAddress address : server.addresses()) {
            log.write(new LogEvent("server", Level.INFO, "listening")
                    .with("address", address)
                    .with("socket", sockets.describe(address, server.passedAddresses()))
                    .with("mode", Ascii.lower(configuration.mode().name()))
                    .with("keys", policy.keyCount())
                    .with("crypto", RsaSelection.describe(policy.rsa())));
        }
    }

    @SuppressWarnings("try") // What watches the server is opened only to be closed at the end.
    private void awaitEnd(Liveness liveness, ServiceSignals signals) {
        try (DnsWatch dnsWatch = DnsWatch.start(this::dns, status.following(new DnsStatusLog(log)));
                Watchdog watchdog = Watchdog.start(manager, liveness, log)) {
            signals.awaitEnd();
        }
    }

    private Liveness liveness() {
        return Liveness.open(source, this::dns, this::progress);
    }

    private DnsResolver dns() {
        return source.policy().dns();
    }

    private long progress() {
        return metrics.value(ServerMetrics.CONNECTIONS) + metrics.value(ServerMetrics.DECIDED_MESSAGES);
    }

    private void stopping(BridgeConfiguration settings) {
        health.stopping();
        status.stopping(metrics.value(ServerMetrics.OPEN_MESSAGES));
        log.write(new LogEvent("server", Level.INFO, "stopping")
                .with("connections", metrics.value(ServerMetrics.OPEN_CONNECTIONS))
                .with("messages-under-way", metrics.value(ServerMetrics.OPEN_MESSAGES))
                .with("drain-timeout", settings.drainTimeout().toSeconds()));
    }

    private void stopped() {
        log.write(new LogEvent("server", Level.INFO, "stopped")
                .with("connections", metrics.value(ServerMetrics.CONNECTIONS))
                .with("messages", metrics.value(ServerMetrics.MESSAGES))
                .with("decided", metrics.value(ServerMetrics.DECIDED_MESSAGES)));
    }
}
