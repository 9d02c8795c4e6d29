package org.countersign.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.countersign.config.DnsConfiguration;
import org.countersign.dns.cache.CacheCounters;
import org.countersign.dns.wire.WireCounters;

/**
 * Writes down every ten minutes what the DNS did, if it was asked meanwhile, and once more at the end. The
 * keys are documented in {@code docs/log.md}.
 */
final class DnsLog implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMinutes(10);

    private final Supplier<DnsConfiguration.Client> dns;
    private final Handler log;
    private final Thread recurring = Thread.ofVirtual().name("dns log").unstarted(this::recur);
    private final Thread last = Thread.ofPlatform().name("last dns log").unstarted(this::write);
    private final ReentrantLock lock = new ReentrantLock();
    private long questionsTold;

    private DnsLog(Supplier<DnsConfiguration.Client> dns, Handler log) {
        this.dns = dns;
        this.log = log;
    }

    /**
     * Begins to write.
     *
     * @param dns the client in use, which counts from nothing when another policy brings another
     * @param log where to; past the logging system, which is no longer there when the process is ended by a signal
     */
    static DnsLog start(Supplier<DnsConfiguration.Client> dns, Handler log) {
        DnsLog started = new DnsLog(dns, log);
        Runtime.getRuntime().addShutdownHook(started.last);
        started.recurring.start();
        return started;
    }

    private void recur() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                write();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes one line, unless nothing was asked since the last one. */
    void write() {
        lock.lock();
        try {
            DnsConfiguration.Client client = dns.get();
            CacheCounters counters = client.cache().counters();
            long questions = counters.hits() + counters.misses();
            if (questions != questionsTold) {
                questionsTold = questions;
                log.publish(line(counters, client.wire().counters()));
            }
        } finally {
            lock.unlock();
        }
    }

    private static LogRecord line(CacheCounters cache, WireCounters wire) {
        Map<String, Long> pairs = new LinkedHashMap<>();
        pairs.put("hits", cache.hits());
        pairs.put("misses", cache.misses());
        pairs.put("stale", cache.stale());
        pairs.put("failures", cache.failures());
        pairs.put("overloads", cache.overloads());
        pairs.put("evictions", cache.evictions());
        pairs.put("entries", cache.entries());
        pairs.put("bytes", cache.bytes());
        pairs.put("queries", wire.queries());
        pairs.put("silences", wire.silences());
        pairs.put("queries-given-up", wire.overloads());
        pairs.put("servers-resting", (long) wire.restingServers());
        LogRecord line = new LogRecord(Level.INFO, "dns");
        line.setLoggerName("countersign.dns");
        line.setParameters(pairs.entrySet().toArray());
        return line;
    }

    @Override
    public void close() {
        recurring.interrupt();
        try {
            Runtime.getRuntime().removeShutdownHook(last);
        } catch (IllegalStateException ending) {
            // The hook is at it: the process ends.
            return;
        }
        write();
    }
}
