package org.countersign.ops;

import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.countersign.MessageMetrics;
import org.countersign.config.Configuration;
import org.countersign.metrics.MetricRegistry;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.filter.MessageLog;
import org.countersign.milter.server.BindFailure;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerMetrics;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.ops.log.LogSettings;
import org.countersign.ops.log.ServiceLog;
import org.countersign.ops.log.SystemLog;
import org.countersign.ops.systemd.Liveness;
import org.countersign.ops.systemd.ServiceManager;
import org.countersign.ops.systemd.ServiceStatus;
import org.countersign.ops.systemd.Watchdog;
import org.countersign.service.DnsResolver;
import org.countersign.service.DnsWatch;
import org.countersign.service.FileFailure;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.PolicySource;
import org.countersign.service.RsaSelection;
import org.countersign.service.SystemClock;
import org.countersign.service.log.DnsLog;
import org.countersign.service.log.DnsStatusLog;
import org.countersign.service.log.EngineLog;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.service.log.MemoryLog;
import org.countersign.service.log.PolicyLog;
import org.countersign.smtp.MemoryBudget;
import org.countersign.syntax.Ascii;

/** The milter service: serves mail servers until a signal or an interrupt ends it, and logs what happens meanwhile. */
public final class MilterService {
    private final InstantSource clock = new SystemClock();
    private final ServiceLog serviceLog;
    private final EventLog log = new SystemLog();
    private final MetricRegistry metrics = new MetricRegistry();
    private final Health health = new Health();
    private final AtomicReference<Runnable> reload = new AtomicReference<>(() -> {});

    /**
     * @param standardError where the log is written, unless the policy file names another destination
     * @param debug whether events that only help to find errors of the program are logged
     */
    public MilterService(PrintStream standardError, boolean debug) {
        this.serviceLog = new ServiceLog(standardError, debug);
    }

    /**
     * Serves until the end.
     *
     * @param policyFile the policy file, which is reloaded when it changes; empty for the default settings
     * @throws FileFailure if the policy file or a file that it names cannot be used
     * @throws BindFailure if the service cannot listen on one of its addresses
     */
    public void run(Optional<Path> policyFile) throws FileFailure, BindFailure {
        try (ServiceManager manager = ServiceManager.of(
                        System.getenv(), ProcessHandle.current().pid(), log);
                ServiceSignals signals =
                        ServiceSignals.install(() -> reload.get().run());
                serviceLog) {
            try {
                run(policyFile, signals, manager);
            } catch (BindFailure failure) {
                // The command line writes the reason to standard error.
                if (!serviceLog.isOnStandardError()) {
                    log.write(new LogEvent("server", Level.ERROR, "not-started")
                            .with("problem", String.valueOf(failure.getMessage())));
                }
                throw failure;
            }
        }
    }

    @SuppressWarnings("try") // The pages are opened only to be closed at the end.
    private void run(Optional<Path> policyFile, ServiceSignals signals, ServiceManager manager)
            throws FileFailure, BindFailure {
        BridgePolicyLog policies = new BridgePolicyLog(log, serviceLog::apply);
        ServiceStatus status = new ServiceStatus(manager);
        ReloadMetrics reloads = new ReloadMetrics(policies, metrics, clock);
        try (PolicySource source = source(policyFile, status.following(reloads))) {
            LoadedPolicy policy = source.policy();
            ServiceMetrics.register(metrics, source::policy, policy.engine().memory(), health);
            serviceLog.start(LogSettings.of(policy.configuration()));
            metrics.counter(ServiceMetrics.DROPPED_LINES, serviceLog::droppedLines);
            try (Monitoring monitoring = Monitoring.start(
                            HttpSettings.of(policy.configuration()),
                            () -> Monitoring.pages(
                                    List.of(
                                            metrics::readings,
                                            () -> KeyMetrics.readings(source.policy()),
                                            () -> source.policy()
                                                    .dns()
                                                    .metrics()
                                                    .readings()),
                                    health),
                            log);
                    OverloadProtection protection = OverloadProtection.start(source::policy, metrics, log, clock);
                    MessageTrace trace = MessageTrace.start(policyFile, policy.configuration(), clock, log, metrics)) {
                policies.started(policy);
                MessageMetrics messages =
                        HttpSettings.of(policy.configuration()).isOn()
                                ? new MessageMetrics(metrics)
                                : MessageMetrics.NONE;
                reloads.started(policy, messages);
                reload.set(() -> {
                    serviceLog.reopen();
                    status.reloading();
                    source.reload();
                });
                EngineFilter filter = protection.protect(new EngineFilter(
                        source,
                        () -> source.policy().configuration().dns().deadline(),
                        trace.after(new MessageLog(() ->
                                LogSettings.of(source.policy().configuration()).message())),
                        clock,
                        messages,
                        trace::isOn));
                new Listening(source, manager, status).run(filter, signals);
            }
        }
    }

    private PolicySource source(Optional<Path> policyFile, PolicySource.Listener policies) throws FileFailure {
        EngineLog engineLog = new EngineLog(log);
        return policyFile.isEmpty()
                ? PolicySource.ofDefaults(BridgeConfiguration.FRONT_END, clock, policies, engineLog)
                : PolicySource.ofFile(
                        policyFile.get(),
                        BridgeConfiguration.FRONT_END,
                        clock,
                        PolicySource.DEFAULT_INTERVAL,
                        policies,
                        engineLog);
    }

    /** The server from the first listening address to the last connection. */
    private final class Listening {
        private final PolicySource source;
        private final ServiceManager manager;
        private final ServiceStatus status;

        Listening(PolicySource source, ServiceManager manager, ServiceStatus status) {
            this.source = source;
            this.manager = manager;
            this.status = status;
        }

        private long progress() {
            return metrics.value(ServerMetrics.CONNECTIONS) + metrics.value(ServerMetrics.DECIDED_MESSAGES);
        }

        @SuppressWarnings("try") // The logs are opened only to be closed at the end.
        void run(EngineFilter filter, ServiceSignals signals) throws BindFailure {
            LoadedPolicy policy = source.policy();
            Supplier<DnsResolver> dns = () -> source.policy().dns();
            Configuration configuration = policy.configuration();
            BridgeConfiguration settings = BridgeConfiguration.of(configuration);
            // All engines that a reload creates share the first engine's budget.
            MemoryBudget memory = policy.engine().memory();
            PolicyLog.publicSuffixList(configuration, log);
            ListenSockets sockets = ListenSockets.of(settings, SocketActivation.sockets(log));
            MilterServer server = MilterServer.start(
                    ServerSettings.listeningOn(sockets.addresses())
                            .withMaxConnections(settings.maxConnections())
                            .withMaxConnectionsPerClient(
                                    settings.maxConnectionsPerClient().orElse(settings.maxConnections()))
                            .withTimeouts(settings.timeouts())
                            .withGrace(settings.drainTimeout())
                            .withSocketPermissions(settings.sockets()),
                    filter,
                    memory,
                    metrics,
                    sockets.passed());
            try (server;
                    DnsLog dnsLog = DnsLog.start(dns, DnsLog.DEFAULT_INTERVAL, log);
                    MemoryLog memoryLog = MemoryLog.start(memory, log)) {
                for (ListenAddress address : server.addresses()) {
                    log.write(new LogEvent("server", Level.INFO, "listening")
                            .with("address", address)
                            .with("socket", sockets.describe(address, server.passedAddresses()))
                            .with("mode", Ascii.lower(configuration.mode().name()))
                            .with("keys", policy.keyCount())
                            .with("crypto", RsaSelection.describe(policy.rsa())));
                }
                health.ready(
                        HttpSettings.of(configuration).isOn()
                                ? Optional.of(Liveness.of(server, source, dns, this::progress))
                                : Optional.empty());
                status.serving(server.addresses(), source.policy());
                try (DnsWatch dnsWatch = DnsWatch.start(dns, status.following(new DnsStatusLog(log)));
                        Liveness liveness = Liveness.of(server, source, dns, this::progress);
                        Watchdog watchdog = Watchdog.start(manager, liveness, log)) {
                    signals.awaitEnd();
                }
                health.stopping();
                status.stopping(metrics.value(ServerMetrics.OPEN_MESSAGES));
                log.write(new LogEvent("server", Level.INFO, "stopping")
                        .with("connections", metrics.value(ServerMetrics.OPEN_CONNECTIONS))
                        .with("messages-under-way", metrics.value(ServerMetrics.OPEN_MESSAGES))
                        .with("drain-timeout", settings.drainTimeout().toSeconds()));
                server.close();
            }
            log.write(new LogEvent("server", Level.INFO, "stopped")
                    .with("connections", metrics.value(ServerMetrics.CONNECTIONS))
                    .with("messages", metrics.value(ServerMetrics.MESSAGES))
                    .with("decided", metrics.value(ServerMetrics.DECIDED_MESSAGES)));
        }
    }
}
