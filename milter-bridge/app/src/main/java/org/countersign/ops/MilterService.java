package org.countersign.ops;

import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.countersign.CountersignEngine;
import org.countersign.config.Configuration;
import org.countersign.config.DnsConfiguration;
import org.countersign.config.EngineFactory;
import org.countersign.crypto.RsaEngine;
import org.countersign.metrics.MetricRegistry;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.filter.MessageLog;
import org.countersign.milter.server.BindFailure;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerMetrics;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.service.DnsWatch;
import org.countersign.service.FileFailure;
import org.countersign.service.LiveEngine;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.RsaSelection;
import org.countersign.service.SystemClock;
import org.countersign.service.log.DnsLog;
import org.countersign.service.log.DnsStatusLog;
import org.countersign.service.log.EngineLog;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.service.log.MemoryLog;
import org.countersign.service.log.PolicyLog;
import org.countersign.signing.SigningPolicy;
import org.countersign.smtp.MemoryBudget;
import org.countersign.syntax.Ascii;

/** The milter service: serves mail servers until a signal or an interrupt ends it, and logs what happens meanwhile. */
public final class MilterService {
    private final PrintStream logStream;
    private final boolean debug;
    private final InstantSource clock = new SystemClock();
    private final EventLog log = new SystemLog();
    private final MetricRegistry metrics = new MetricRegistry();
    private final AtomicReference<Runnable> reload = new AtomicReference<>(() -> {});

    /**
     * @param logStream where the log is written
     * @param debug whether events that only help to find errors of the program are logged
     */
    public MilterService(PrintStream logStream, boolean debug) {
        this.logStream = logStream;
        this.debug = debug;
    }

    /**
     * Serves until the end.
     *
     * @param policyFile the policy file, which is reloaded when it changes; empty for the default settings
     * @throws FileFailure if the policy file or a file that it names cannot be used
     * @throws BindFailure if the service cannot listen on one of its addresses
     */
    public void run(Optional<Path> policyFile) throws FileFailure, BindFailure {
        try (ServiceSignals signals = ServiceSignals.install(() -> reload.get().run())) {
            if (policyFile.isPresent()) {
                runPolicy(policyFile.get(), signals);
            } else {
                runDefaults(signals);
            }
        }
    }

    @SuppressWarnings("try") // The log is opened only to be closed at the end.
    private void runDefaults(ServiceSignals signals) throws BindFailure {
        Configuration defaults = Configuration.DEFAULT;
        DnsConfiguration.Client dns = defaults.dns().client(clock);
        EngineLog engineLog = new EngineLog(log);
        RsaEngine rsa = RsaSelection.bySystemProperty();
        CountersignEngine engine = EngineFactory.engine(
                defaults,
                SigningPolicy.NOTHING,
                Optional.empty(),
                dns.cache(),
                clock,
                engineLog::key,
                EngineFactory.SharedState.of(defaults, rsa, clock, engineLog::temperrorPersists));
        try (LogQueue lines = Logging.to(logStream, debug)) {
            reload.set(new BridgePolicyLog(log)::noPolicyFile);
            EngineFilter filter =
                    new EngineFilter(() -> engine, defaults.dns()::deadline, new MessageLog(), clock, metrics);
            new Listening(BridgeConfiguration.DEFAULT, defaults, 0, rsa, engine.memory())
                    .run(filter, () -> dns, signals);
        }
    }

    @SuppressWarnings("try") // The log is opened only to be closed at the end.
    private void runPolicy(Path policyFile, ServiceSignals signals) throws FileFailure, BindFailure {
        BridgePolicyLog policies = new BridgePolicyLog(log);
        try (LiveEngine<BridgeConfiguration> engine = LiveEngine.start(
                policyFile,
                BridgeConfiguration::read,
                clock,
                LiveEngine.USUAL_INTERVAL,
                policies,
                new EngineLog(log))) {
            LoadedPolicy<BridgeConfiguration> policy = engine.policy();
            try (LogQueue lines = Logging.to(logStream, debug)) {
                policies.started(policy);
                reload.set(engine::reload);
                EngineFilter filter = new EngineFilter(
                        engine,
                        () -> engine.policy().configuration().dns().deadline(),
                        new MessageLog(),
                        clock,
                        metrics);
                // All engines that a reload creates share the first engine's budget.
                MemoryBudget memory = engine.get().memory();
                new Listening(policy.host(), policy.configuration(), policy.keyCount(), policy.rsa(), memory)
                        .run(filter, () -> engine.policy().dns(), signals);
            }
        }
    }

    /** The server from the first listening address to the last connection. */
    private final class Listening {
        private final BridgeConfiguration settings;
        private final Configuration configuration;
        private final int keys;
        private final RsaEngine rsa;
        private final MemoryBudget memory;

        Listening(
                BridgeConfiguration settings,
                Configuration configuration,
                int keys,
                RsaEngine rsa,
                MemoryBudget memory) {
            this.settings = settings;
            this.configuration = configuration;
            this.keys = keys;
            this.rsa = rsa;
            this.memory = memory;
        }

        @SuppressWarnings("try") // The logs are opened only to be closed at the end.
        void run(EngineFilter filter, Supplier<DnsConfiguration.Client> dns, ServiceSignals signals)
                throws BindFailure {
            PolicyLog.publicSuffixList(configuration, log);
            MilterServer server = MilterServer.start(
                    ServerSettings.listeningOn(settings.listen())
                            .withMostConnections(settings.maxConnections())
                            .withTimeouts(settings.timeouts()),
                    filter,
                    memory,
                    metrics);
            try (server;
                    DnsLog dnsLog = DnsLog.start(dns, DnsLog.DEFAULT_INTERVAL, log);
                    MemoryLog memoryLog = MemoryLog.start(memory, log)) {
                for (ListenAddress address : server.addresses()) {
                    log.write(new LogEvent("server", Level.INFO, "listening")
                            .with("address", address)
                            .with("mode", Ascii.lower(configuration.mode().name()))
                            .with("keys", keys)
                            .with("crypto", RsaSelection.describe(rsa)));
                }
                try (DnsWatch dnsWatch = DnsWatch.start(dns, new DnsStatusLog(log))) {
                    signals.awaitEnd();
                }
                log.write(new LogEvent("server", Level.INFO, "stopping")
                        .with("connections", metrics.value(ServerMetrics.OPEN_CONNECTIONS))
                        .with("messages-under-way", metrics.value(ServerMetrics.OPEN_MESSAGES)));
                server.close();
            }
            log.write(new LogEvent("server", Level.INFO, "stopped")
                    .with("connections", metrics.value(ServerMetrics.CONNECTIONS))
                    .with("messages", metrics.value(ServerMetrics.MESSAGES))
                    .with("decided", metrics.value(ServerMetrics.DECIDED_MESSAGES)));
        }
    }
}
