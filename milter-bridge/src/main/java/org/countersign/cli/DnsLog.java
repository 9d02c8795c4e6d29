package org.countersign.cli;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.countersign.config.DnsConfiguration;

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
            long questions = client.questions();
            if (questions != questionsTold) {
                questionsTold = questions;
                log.publish(line(client));
            }
        } finally {
            lock.unlock();
        }
    }

    private static LogRecord line(DnsConfiguration.Client client) {
        LogRecord line = new LogRecord(Level.INFO, "dns");
        line.setLoggerName("countersign.dns");
        line.setParameters(client.counts().entrySet().toArray());
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
