package org.countersign.james;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.countersign.CountersignEngine;
import org.countersign.config.DnsConfiguration;
import org.countersign.service.DnsWatch;
import org.countersign.service.FileFailure;
import org.countersign.service.LiveEngine;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.SystemClock;
import org.countersign.service.log.DnsLog;
import org.countersign.service.log.DnsStatusLog;
import org.countersign.service.log.EngineLog;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.service.log.MemoryLog;
import org.countersign.service.log.PolicyLog;
import org.countersign.syntax.Ascii;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engines of this James, one for each policy file, whichever hooks and mailets name it: they share its DNS
 * cache, its keys and its key guard, and follow the files together.
 *
 * <p>There is one of this class in a James, because Guice makes James' handlers and mailets, gives each of them this
 * object, and makes it once. Guice's own annotations say so, and not those of {@code javax.inject} or
 * {@code jakarta.inject}: they are the same in every line of James.
 */
@Singleton
public final class EngineRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(EngineRegistry.class);

    private final InstantSource clock;
    private final Duration interval;
    private final Duration dnsLogInterval;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private final Map<Path, Running> running = new HashMap<>();

    /** For Guice, and for who makes hooks and mailets by hand. */
    @Inject
    public EngineRegistry() {
        this(new SystemClock(), LiveEngine.USUAL_INTERVAL, DnsLog.DEFAULT_INTERVAL);
    }

    /**
     * @param interval how often files are looked at
     * @param dnsLogInterval how often the log says what the DNS did
     */
    EngineRegistry(InstantSource clock, Duration interval, Duration dnsLogInterval) {
        this.dnsLogInterval = dnsLogInterval;
        this.clock = clock;
        this.interval = interval;
    }

    private static final class Running {
        private final LiveEngine<JamesSettings> engine;
        private final DnsLog dnsLog;
        private final DnsWatch dnsWatch;
        private final MemoryLog memory;
        private int leases;

        Running(LiveEngine<JamesSettings> engine, DnsLog dnsLog, DnsWatch dnsWatch, MemoryLog memory) {
            this.engine = engine;
            this.dnsLog = dnsLog;
            this.dnsWatch = dnsWatch;
            this.memory = memory;
        }

        void end() {
            engine.close();
            dnsWatch.close();
            dnsLog.close();
            memory.close();
        }
    }

    /**
     * The engine of a policy file, read now unless somebody has a lease on it already.
     *
     * @param policyFile a relative name begins at the directory that James was started in
     * @throws FileFailure with one line for each thing that is wrong with the file or with one that it names
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
            return new EngineLease(shared.engine, new Return(file));
        } finally {
            lock.unlock();
        }
    }

    private Running start(Path file) throws FileFailure {
        EventLog log = new PolicyFileLog(LOG, file);
        PolicyLog<JamesSettings> policies = new PolicyLog<>(log);
        LiveEngine<JamesSettings> engine =
                LiveEngine.start(file, new JamesSettings.Reader(), clock, interval, policies, new EngineLog(log));
        LoadedPolicy<JamesSettings> policy = engine.policy();
        log.write(new LogEvent("server", Level.INFO, "policy-loaded")
                .with("mode", Ascii.lower(policy.configuration().mode().name()))
                .with("keys", policy.keyCount()));
        PolicyLog.publicSuffixList(policy.configuration(), log);
        policies.warnings(policy);
        Supplier<DnsConfiguration.Client> dns = () -> engine.policy().dns();
        return new Running(
                engine,
                DnsLog.start(dns, dnsLogInterval, log),
                DnsWatch.start(dns, new DnsStatusLog(log)),
                MemoryLog.start(engine.get().memory(), log));
    }

    /** How many policy files are in use. */
    int size() {
        lock.lock();
        try {
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    /** Gives one lease back, once. */
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
     * The use of a shared engine by one hook or mailet, until it is closed. Ask it anew for each message: after a
     * change of the files it is another engine.
     */
    public static final class EngineLease implements EngineProvider {
        private final LiveEngine<JamesSettings> engine;
        private final Runnable giveBack;

        private EngineLease(LiveEngine<JamesSettings> engine, Runnable giveBack) {
            this.engine = engine;
            this.giveBack = giveBack;
        }

        /** The engine for a message that begins now. */
        @Override
        public CountersignEngine get() {
            return engine.get();
        }

        /** The policy in force, {@link #get()} among it. */
        public LoadedPolicy<JamesSettings> policy() {
            return engine.policy();
        }

        /** Gives the engine back; with the last lease its files are no longer watched. */
        @Override
        public void close() {
            giveBack.run();
        }
    }
}
