package org.countersign.james.engine;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.countersign.CountersignEngine;
import org.countersign.james.mail.MailReports;
import org.countersign.james.send.JamesSmtpClient;
import org.countersign.metrics.Meter;
import org.countersign.reports.ReportCounting;
import org.countersign.reports.ReportSending;
import org.countersign.service.DnsResolver;
import org.countersign.service.DnsWatch;
import org.countersign.service.FileFailure;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.PolicySource;
import org.countersign.service.SystemClock;
import org.countersign.service.log.DnsLog;
import org.countersign.service.log.DnsStatusLog;
import org.countersign.service.log.EngineLog;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.service.log.MemoryLog;
import org.countersign.syntax.Ascii;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engines of one James, one for each policy file. All hooks and mailets that name a file share its engine, with its
 * DNS cache, its keys and its key monitor, and are reloaded together.
 *
 * <p>A James has one object of this class: Guice creates James' handlers and mailets, and injects the same registry into
 * each. The annotations are Guice's own because every version of James has them, unlike those of {@code javax.inject}
 * and {@code jakarta.inject}.
 */
@Singleton
public final class EngineRegistry {
    private static final Logger LOG = LoggerFactory.getLogger("org.countersign.james.EngineRegistry");

    private final InstantSource clock;
    private final Duration interval;
    private final Duration dnsLogInterval;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private final Map<Path, Running> running = new HashMap<>();

    /** For Guice, and for programs that create hooks and mailets themselves. */
    @Inject
    public EngineRegistry() {
        this(new SystemClock(), PolicySource.DEFAULT_INTERVAL, DnsLog.DEFAULT_INTERVAL);
    }

    /**
     * @param interval the time between two checks of the files for changes
     * @param dnsLogInterval the time between two log lines about the DNS
     */
    EngineRegistry(InstantSource clock, Duration interval, Duration dnsLogInterval) {
        this.dnsLogInterval = dnsLogInterval;
        this.clock = clock;
        this.interval = interval;
    }

    private static final class Running {
        private final PolicySource engine;
        private final DnsLog dnsLog;
        private final DnsWatch dnsWatch;
        private final MemoryLog memory;
        private final MailReports reports;
        private int leases;

        Running(PolicySource engine, DnsLog dnsLog, DnsWatch dnsWatch, MemoryLog memory, MailReports reports) {
            this.engine = engine;
            this.dnsLog = dnsLog;
            this.dnsWatch = dnsWatch;
            this.memory = memory;
            this.reports = reports;
        }

        void end() {
            // Reports that wait are made with the DNS of the engine.
            reports.close();
            engine.close();
            dnsWatch.close();
            dnsLog.close();
            memory.close();
        }
    }

    /**
     * Leases the engine of a policy file. The file is read now unless its engine is leased already.
     *
     * @param policyFile a relative name is resolved against the working directory of James
     * @throws FileFailure with one line for each error in the file or in a file that it names
     */
    public EngineLease acquire(Path policyFile) throws FileFailure {
        Path file = policyFile.toAbsolutePath().normalize();
        lock.lock();
        try {
            Running shared = running.get(file);
            if (shared == null) {
                shared = start(file);
                running.put(file, shared);
            }
            shared.leases++;
            return new EngineLease(file, shared.engine, shared.reports, new Return(file));
        } finally {
            lock.unlock();
        }
    }

    private Running start(Path file) throws FileFailure {
        EventLog log = new PolicyFileLog(LOG, file);
        JamesPolicyLog policies = new JamesPolicyLog(log);
        PolicySource engine =
                PolicySource.ofFile(file, JamesSettings.FRONT_END, clock, interval, policies, new EngineLog(log));
        LoadedPolicy policy = engine.policy();
        log.write(new LogEvent("server", Level.INFO, "policy-loaded")
                .with("mode", Ascii.lower(policy.configuration().mode().name()))
                .with("keys", policy.keyCount()));
        policies.started(policy);
        Supplier<DnsResolver> dns = () -> engine.policy().dns();
        return new Running(
                engine,
                DnsLog.start(dns, dnsLogInterval, log),
                DnsWatch.start(dns, new DnsStatusLog(log)),
                MemoryLog.start(engine.get().memory(), log),
                // Kept by a reload: the counts of a day are not to be split between two stores.
                new MailReports(
                        ReportCounting.start(Optional.of(file), policy.configuration(), clock, log, Meter.NONE),
                        ReportSending.start(
                                Optional.of(file), engine::policy, new JamesSmtpClient(), clock, log, Meter.NONE)));
    }

    /** The number of policy files in use. */
    int size() {
        lock.lock();
        try {
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    /** Returns one lease; further calls have no effect. */
    private final class Return implements Runnable {
        private final Path file;
        private final AtomicBoolean done = new AtomicBoolean();

        Return(Path file) {
            this.file = file;
        }

        @Override
        public void run() {
            if (!done.compareAndSet(false, true)) {
                return;
            }
            lock.lock();
            try {
                Running shared = running.get(file);
                if (shared != null && --shared.leases == 0) {
                    running.remove(file);
                    shared.end();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * The use of a shared engine by one hook or mailet, until it is closed. Call {@link #get} for each message, because
     * a reload replaces the engine.
     */
    public static final class EngineLease implements EngineProvider {
        private final Path file;
        private final PolicySource engine;
        private final MailReports reports;
        private final Runnable giveBack;

        private EngineLease(Path file, PolicySource engine, MailReports reports, Runnable giveBack) {
            this.file = file;
            this.engine = engine;
            this.reports = reports;
            this.giveBack = giveBack;
        }

        /** The current engine, for a message that begins now. */
        @Override
        public CountersignEngine get() {
            return engine.get();
        }

        /** The current policy, which includes the engine. */
        public LoadedPolicy policy() {
            return engine.policy();
        }

        /** The policy file, as an absolute name. */
        public Path file() {
            return file;
        }

        @Override
        public MailReports reports() {
            return reports;
        }

        /** Returns the engine. After the last lease is returned, its files are no longer watched. */
        @Override
        public void close() {
            giveBack.run();
        }
    }
}
