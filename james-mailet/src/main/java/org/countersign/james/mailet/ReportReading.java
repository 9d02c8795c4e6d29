package org.countersign.james.mailet;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.countersign.config.Configuration;
import org.countersign.james.engine.EngineRegistry.EngineLease;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.ReturnedReports;
import org.countersign.reports.receive.Authentication;
import org.countersign.reports.receive.Outcome;
import org.countersign.reports.receive.ReportReceiver;
import org.countersign.reports.receive.ReportReceiver.Door;
import org.countersign.reports.receive.ReportReceiverFactory;
import org.countersign.service.FileFailure;
import org.countersign.service.LoadedPolicy;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreSettings;

/**
 * Passes mail to the reader of reports: one at a time, because a report may need 64 MiB of memory. Threads of James' spool wait
 * here at most for a few seconds. A store that answers slowly is then left alone for a while, so that it cannot occupy them
 * all.
 */
final class ReportReading {
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);
    // At most a tenth of the time is spent on a store that is away.
    private static final int REST = 10;
    private static final Duration MAX_REST = Duration.ofMinutes(1);

    private final EngineLease lease;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Instant restUntil = Instant.MIN;
    private volatile String lastProblem = "";

    /** Opens the octets of a message. */
    @FunctionalInterface
    interface Content {
        InputStream open() throws IOException;
    }

    /** What became of a message. */
    sealed interface Result {
        /** It was read, and what was found is in the store. */
        record Read(List<Outcome> outcomes) implements Result {
            public Read {
                outcomes = List.copyOf(outcomes);
            }
        }

        /** It could not be read now. */
        record Failed(String problem) implements Result {}
    }

    /** @param lease gives the policy of each moment */
    ReportReading(EngineLease lease, InstantSource clock) {
        this.lease = lease;
        this.clock = clock;
    }

    /** Why no report can be read with the current policy; no text if all is well. */
    String problem() {
        try {
            return factory().isWithoutDomains() ? noDomains() : "";
        } catch (FileFailure failure) {
            return String.join("\n", failure.lines());
        }
    }

    /** Makes receivers as the current policy says. */
    private ReportReceiverFactory factory() throws FileFailure {
        LoadedPolicy policy = lease.policy();
        Configuration configuration = policy.configuration();
        return ReportReceiverFactory.of(
                lease.file(),
                configuration,
                configuration.extension(ReportsSettings.SECTION).receive(),
                configuration.extension(StoreSettings.SECTION).location(lease.file()),
                () -> policy.dns().cache(),
                clock);
    }

    /**
     * Reads one message.
     *
     * @param recipients those of the envelope
     * @param checked who sent it; empty if James has not checked it
     */
    Result read(Content content, List<String> recipients, Optional<Authentication> checked) {
        try {
            if (isResting() || !lock.tryLock(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return busy();
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return busy();
        }
        try {
            return isResting() ? busy() : readNow(content, recipients, checked);
        } finally {
            lock.unlock();
        }
    }

    private boolean isResting() {
        return clock.instant().isBefore(restUntil);
    }

    private Result busy() {
        return new Result.Failed(lastProblem.isEmpty() ? "other reports were read for a long time" : lastProblem);
    }

    private Result readNow(Content content, List<String> recipients, Optional<Authentication> checked) {
        Instant start = clock.instant();
        try {
            ReportReceiverFactory factory = factory();
            if (factory.isWithoutDomains()) {
                return new Result.Failed(noDomains());
            }
            byte[] message;
            try (InputStream in = content.open()) {
                message = in.readNBytes(ReportReceiver.MAX_SIZE + 1);
            }
            // One for each message, so that a reload takes effect, and no connection gets old.
            try (ReportReceiver receiver = factory.receiver(new ReturnedReports(clock), Door.MAIL, clock)) {
                List<Outcome> outcomes = receiver.message(message, recipients, checked);
                lastProblem = "";
                return new Result.Read(outcomes);
            }
        } catch (StoreFailure failure) {
            return failed(failure.problem(), start);
        } catch (FileFailure failure) {
            return failed(String.join("; ", failure.lines()), start);
        } catch (IOException failure) {
            return new Result.Failed("James cannot read the message: " + failure.getMessage());
        } catch (RuntimeException | LinkageError error) {
            return new Result.Failed("internal error, please report it: " + error);
        }
    }

    private String noDomains() {
        return lease.file()
                + " names none of our own domains, so no report can be about one: set protect, signing.keys or"
                + " reports.receive.about";
    }

    private Result failed(String problem, Instant start) {
        Instant now = clock.instant();
        Duration rest = Duration.between(start, now).multipliedBy(REST);
        lastProblem = problem;
        restUntil = now.plus(rest.compareTo(MAX_REST) < 0 ? rest : MAX_REST);
        return new Result.Failed(problem);
    }
}
