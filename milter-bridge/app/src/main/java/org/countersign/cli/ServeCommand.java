package org.countersign.cli;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
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
import org.countersign.service.log.MemoryLog;
import org.countersign.service.log.PolicyLog;
import org.countersign.signing.SigningPolicy;
import org.countersign.smtp.MemoryBudget;
import org.countersign.syntax.Ascii;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Serves mail servers through the milter protocol until it is told to stop.",
        footer = {
            "",
            "Example:",
            "  countersign serve --config /etc/countersign/countersign.yaml",
            "",
            "Without --config it listens on inet:127.0.0.1:8891 in mode monitor: no mail is",
            "refused for its authentication.",
            "Logs one line for each message to standard error, and what the DNS did.",
            "SIGTERM lets messages under way finish and ends it; a second one ends it at once.",
            "SIGHUP and SIGUSR1 make it read its files again at once.",
        })
final class ServeCommand implements Callable<Integer> {
    private static final System.Logger LOG = System.getLogger("countersign.server");

    private final Streams streams;
    private final BooleanSupplier debug;

    @Option(names = "--config", paramLabel = "YAML", description = "The policy file.")
    private Optional<Path> file = Optional.empty();

    ServeCommand(Streams streams, BooleanSupplier debug) {
        this.streams = streams;
        this.debug = debug;
    }

    @Override
    public Integer call() throws CommandFailure {
        AtomicReference<Runnable> reload = new AtomicReference<>(() -> {});
        try (ServiceSignals signals = ServiceSignals.install(() -> reload.get().run())) {
            if (file.isEmpty()) {
                serveDefaults(signals, reload);
            } else {
                serveFile(file.get(), signals, reload);
            }
        } catch (FileFailure failure) {
            throw CommandFailure.of(failure);
        }
        return ExitStatus.OK.code();
    }

    @SuppressWarnings("try") // What is opened here only has to end again.
    private void serveDefaults(ServiceSignals signals, AtomicReference<Runnable> reload) throws CommandFailure {
        InstantSource clock = new SystemClock();
        Configuration defaults = Configuration.DEFAULT;
        DnsConfiguration.Client dns = defaults.dns().client(clock);
        EventLog events = new SystemLog();
        EngineLog news = new EngineLog(events);
        RsaEngine rsa = RsaSelection.bySystemProperty();
        CountersignEngine engine = EngineFactory.engine(
                defaults,
                SigningPolicy.NOTHING,
                Optional.empty(),
                dns.cache(),
                clock,
                news::key,
                EngineFactory.SharedState.of(defaults, rsa, clock, news::temperrorPersists));
        try (LogQueue log = Logging.to(streams.err(), debug.getAsBoolean())) {
            reload.set(new ReloadLog(events)::noPolicyFile);
            MetricRegistry metrics = new MetricRegistry();
            EngineFilter filter =
                    new EngineFilter(() -> engine, defaults.dns()::deadline, new MessageLog(), clock, metrics);
            new Service(BridgeConfiguration.DEFAULT, defaults, 0, rsa, engine.memory(), metrics)
                    .run(filter, () -> dns, signals);
        }
    }

    @SuppressWarnings("try") // What is opened here only has to end again.
    private void serveFile(Path policyFile, ServiceSignals signals, AtomicReference<Runnable> reload)
            throws CommandFailure, FileFailure {
        InstantSource clock = new SystemClock();
        EventLog events = new SystemLog();
        ReloadLog reloads = new ReloadLog(events);
        try (LiveEngine<BridgeConfiguration> engine = LiveEngine.start(
                policyFile,
                BridgeConfiguration::read,
                clock,
                LiveEngine.USUAL_INTERVAL,
                reloads,
                new EngineLog(events))) {
            LoadedPolicy<BridgeConfiguration> policy = engine.policy();
            try (LogQueue log = Logging.to(streams.err(), debug.getAsBoolean())) {
                reloads.started(policy);
                reload.set(engine::reload);
                MetricRegistry metrics = new MetricRegistry();
                EngineFilter filter = new EngineFilter(
                        engine,
                        () -> engine.policy().configuration().dns().deadline(),
                        new MessageLog(),
                        clock,
                        metrics);
                // One for all engines that follow each other.
                MemoryBudget memory = engine.get().memory();
                new Service(policy.host(), policy.configuration(), policy.keyCount(), policy.rsa(), memory, metrics)
                        .run(filter, () -> engine.policy().dns(), signals);
            }
        }
    }

    /** The server from its start to its end, with what the log says of both. */
    private record Service(
            BridgeConfiguration settings,
            Configuration configuration,
            int keys,
            RsaEngine rsa,
            MemoryBudget memory,
            MetricRegistry metrics) {
        @SuppressWarnings("try") // What is opened here only has to end again.
        void run(EngineFilter filter, Supplier<DnsConfiguration.Client> dns, ServiceSignals signals)
                throws CommandFailure {
            EventLog events = new SystemLog();
            PolicyLog.publicSuffixList(configuration, events);
            MilterServer server = start(filter);
            try (server;
                    DnsLog dnsLog = DnsLog.start(dns, DnsLog.DEFAULT_INTERVAL, events);
                    MemoryLog memoryLog = MemoryLog.start(memory, events)) {
                for (ListenAddress address : server.addresses()) {
                    LOG.log(
                            Level.INFO,
                            "listening",
                            Map.entry("address", address),
                            Map.entry("mode", Ascii.lower(configuration.mode().name())),
                            Map.entry("keys", keys),
                            Map.entry("crypto", RsaSelection.describe(rsa)));
                }
                try (DnsWatch dnsWatch = DnsWatch.start(dns, new DnsStatusLog(events))) {
                    signals.awaitEnd();
                }
                LOG.log(
                        Level.INFO,
                        "stopping",
                        Map.entry("connections", metrics.value(ServerMetrics.OPEN_CONNECTIONS)),
                        Map.entry("messages-under-way", metrics.value(ServerMetrics.OPEN_MESSAGES)));
                server.close();
            }
            LOG.log(
                    Level.INFO,
                    "stopped",
                    Map.entry("connections", metrics.value(ServerMetrics.CONNECTIONS)),
                    Map.entry("messages", metrics.value(ServerMetrics.MESSAGES)),
                    Map.entry("decided", metrics.value(ServerMetrics.DECIDED_MESSAGES)));
        }

        private MilterServer start(EngineFilter filter) throws CommandFailure {
            try {
                return MilterServer.start(
                        ServerSettings.listeningOn(settings.listen())
                                .withMostConnections(settings.maxConnections())
                                .withTimeouts(settings.timeouts()),
                        filter,
                        memory,
                        metrics);
            } catch (BindFailure problem) {
                throw new CommandFailure(ExitStatus.IO, String.valueOf(problem.getMessage()));
            }
        }
    }
}
