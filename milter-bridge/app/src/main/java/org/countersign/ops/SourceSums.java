package org.countersign.ops;

import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.countersign.dns.MeasuringClock;
import org.countersign.metrics.Meter;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.receive.ArrivalMetrics;
import org.countersign.reports.source.MailServices;
import org.countersign.reports.source.OwnDomains;
import org.countersign.reports.source.SourceDays;
import org.countersign.reports.source.SourceNames;
import org.countersign.service.FileFailure;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;

/**
 * Keeps the sums that the views of reports read, and tells metrics when reports came, while the service runs. Without a
 * domain of our own there are no sums; one may come with a reload.
 */
final class SourceSums implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration REMOVAL = Duration.ofHours(1);
    private static final int WARNING_PERIOD = 60;
    private static final Duration REFRESH = Duration.ofHours(1);
    private static final Duration LOOKUPS = Duration.ofSeconds(30);

    private final StoreLocation location;
    private final Path policyFile;
    private final Supplier<LoadedPolicy> policy;
    private final InstantSource clock;
    private final InstantSource steady;
    private final EventLog log;
    private final boolean on;
    private final ArrivalMetrics arrivals;
    private final Duration keep;
    private Instant nextRemoval = Instant.MIN;
    private final CountDownLatch end = new CountDownLatch(1);
    private Configured configured;
    private OwnDomains own;
    private MailServices services = MailServices.bundled();
    // Until then neither is read again.
    private Instant refreshed = Instant.MIN;

    SourceSums(Path policyFile, Supplier<LoadedPolicy> policy, InstantSource clock, EventLog log, Meter meter) {
        this.arrivals = new ArrivalMetrics(meter, clock);
        ReportsSettings settings = policy.get().configuration().extension(ReportsSettings.SECTION);
        this.on = settings.collect().isOn() || settings.receive().imap().isOn();
        Duration days = settings.collect().keep().days();
        Duration reports = settings.receive().keep().reports();
        this.keep = days.compareTo(reports) > 0 ? days : reports;
        this.location =
                policy.get().configuration().extension(StoreSettings.SECTION).location(policyFile);
        this.policyFile = policyFile;
        this.policy = policy;
        this.configured = configured(policy.get());
        this.own = configured.domains();
        this.clock = clock;
        this.steady = MeasuringClock.monotonicOf(clock);
        this.log = log;
    }

    /** The domains that a policy names. */
    private record Configured(LoadedPolicy policy, OwnDomains domains) {}

    private Configured configured(LoadedPolicy loaded) {
        return new Configured(loaded, ConfiguredDomains.of(policyFile, loaded.configuration()));
    }

    /** Mail from networks that our own SPF records authorize is ours. Records and names of services change rarely. */
    private void refresh() {
        Instant now = steady.instant();
        LoadedPolicy loaded = policy.get();
        if (configured.policy() != loaded) {
            configured = configured(loaded);
        }
        if (!now.isBefore(refreshed)
                || !own.domains().equals(configured.domains().domains())) {
            own = configured.domains().withAuthorizedNetworks(loaded.dns().cache(), now.plus(LOOKUPS));
            services = services();
            refreshed = now.plus(REFRESH);
        }
    }

    private MailServices services() {
        try {
            return policy.get()
                    .configuration()
                    .extension(ReportsSettings.SECTION)
                    .services(policyFile);
        } catch (FileFailure failure) {
            log.write(new LogEvent("reports", Level.WARNING, "services-file-unreadable")
                    .with("problem", String.join("; ", failure.lines())));
            return MailServices.bundled();
        }
    }

    /**
     * Starts.
     *
     * @param policyFile the file that the names of other files are relative to
     * @param meter receives the metrics of {@link ArrivalMetrics}
     */
    static SourceSums start(
            Optional<Path> policyFile, Supplier<LoadedPolicy> policy, InstantSource clock, EventLog log, Meter meter) {
        SourceSums sums = new SourceSums(policyFile.orElse(Path.of("")), policy, clock, log, meter);
        Thread.ofPlatform().daemon().name("source sums").start(sums::run);
        return sums;
    }

    private void run() {
        int failures = 0;
        try {
            while (!end.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                failures = update(failures) ? 0 : failures + 1;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Makes the sums of the days that reports came in about.
     *
     * @param failures how many attempts before this one have failed
     * @return false if it failed
     */
    boolean update(int failures) {
        // Who collects or receives reports creates it.
        if (location instanceof StoreLocation.File(Path file) && !Files.exists(file)) {
            return true;
        }
        if (!on && !hasReports()) {
            return true;
        }
        try (Store store = Store.openForWriting(location)) {
            refresh();
            SourceDays days = new SourceDays(store, own, services, clock);
            arrivals.read(store);
            if (!own.domains().isEmpty()) {
                days.update(keep);
                new SourceNames(store, policy.get().dns().cache(), clock).lookup(days);
            }
            Instant now = steady.instant();
            if (!now.isBefore(nextRemoval)) {
                days.removeOld(keep);
                nextRemoval = now.plus(REMOVAL);
            }
            return true;
        } catch (StoreFailure failure) {
            if (failures % WARNING_PERIOD == 0) {
                log.write(new LogEvent("reports", Level.WARNING, "sources-not-summed")
                        .with("problem", failure.problem()));
            }
            return false;
        } catch (RuntimeException error) {
            // An error of this program in one attempt must not end all later ones.
            if (failures % WARNING_PERIOD == 0) {
                log.write(new LogEvent("reports", Level.WARNING, "sources-not-summed")
                        .with("problem", "internal error, please report it: " + error));
            }
            return false;
        }
    }

    /** Whether a command has stored reports of others. Where nothing is configured, nothing is written before. */
    private boolean hasReports() {
        try (Store store = Store.openForReading(location)) {
            return ArrivalMetrics.hasArrivals(store);
        } catch (StoreFailure | SQLException none) {
            // The store is of an earlier version, or belongs to the trace alone: who uses it reports its failures.
            return false;
        }
    }

    @Override
    public void close() {
        end.countDown();
    }
}
