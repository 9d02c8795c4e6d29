package org.countersign.cli;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import org.countersign.CountersignEngine;
import org.countersign.config.Configuration;
import org.countersign.config.DnsConfiguration;
import org.countersign.config.EngineAssembly;
import org.countersign.dkim.CryptoProviders;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.host.FileFailure;
import org.countersign.host.LiveEngine;
import org.countersign.host.LoadedPolicy;
import org.countersign.host.SystemClock;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.filter.MessageLog;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.signing.SigningPolicy;
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
            "Without --config it listens on inet:127.0.0.1:8891 and refuses nothing.",
            "Logs one line for each message to standard error, and what the DNS did.",
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
        InstantSource clock = new SystemClock();
        if (file.isEmpty()) {
            Configuration defaults = Configuration.DEFAULT;
            DnsConfiguration.Client dns = defaults.dns().client(clock);
            CountersignEngine engine =
                    EngineAssembly.engine(defaults, SigningPolicy.NOTHING, dns.cache(), clock, new KeyNews());
            Handler log = Logging.to(streams.err(), debug.getAsBoolean());
            DnsLog dnsLog = DnsLog.start(() -> dns, log);
            try (dnsLog) {
                serve(BridgeConfiguration.DEFAULT, defaults, 0, new EngineFilter(engine, new MessageLog(), clock));
            }
            return ExitStatus.OK.code();
        }
        try (LiveEngine<BridgeConfiguration> engine = LiveEngine.start(
                file.get(),
                BridgeConfiguration::read,
                clock,
                LiveEngine.USUAL_INTERVAL,
                new ReloadLog(),
                new KeyNews())) {
            LoadedPolicy<BridgeConfiguration> policy = engine.policy();
            Handler log = Logging.to(streams.err(), debug.getAsBoolean());
            ReloadLog.warn(policy);
            DnsLog dnsLog = DnsLog.start(() -> engine.policy().dns(), log);
            try (dnsLog) {
                serve(
                        policy.host(),
                        policy.configuration(),
                        policy.keyCount(),
                        new EngineFilter(engine, new MessageLog(), clock));
            }
        } catch (FileFailure failure) {
            throw CommandFailure.of(failure);
        }
        return ExitStatus.OK.code();
    }

    private static void serve(BridgeConfiguration settings, Configuration configuration, int keys, EngineFilter filter)
            throws CommandFailure {
        List<ListenAddress> addresses = settings.listen();
        if (configuration.dmarc().organizationalDomain().usesSuffixes()) {
            LOG.log(
                    Level.INFO,
                    "public-suffix-list",
                    Map.entry("version", PublicSuffixList.bundled().version()));
        }
        // Before anyone connects: a provider may take a while to load.
        String crypto = CryptoProviders.describe();
        try (MilterServer server = MilterServer.start(ServerSettings.listeningOn(addresses), filter)) {
            for (ListenAddress address : server.addresses()) {
                LOG.log(
                        Level.INFO,
                        "listening",
                        Map.entry("address", address),
                        Map.entry("mode", Ascii.lower(configuration.mode().name())),
                        Map.entry("keys", keys),
                        Map.entry("crypto", crypto));
            }
            awaitEnd(server);
            LOG.log(Level.INFO, "stopping");
        } catch (IOException problem) {
            throw new CommandFailure(
                    ExitStatus.IO,
                    "cannot listen on " + addresses + ": " + problem.getMessage()
                            + ": correct listen in the policy file, or stop what listens there already");
        }
    }

    /** Returns when this thread is interrupted; a signal to end the process closes the server from another. */
    private static void awaitEnd(MilterServer server) {
        Thread closing = new Thread(server::close, "closing");
        Runtime.getRuntime().addShutdownHook(closing);
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException end) {
            Runtime.getRuntime().removeShutdownHook(closing);
        }
    }
}
