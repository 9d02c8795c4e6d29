package org.countersign.cli;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.countersign.config.DnsConfiguration;

/**
 * Writes down every ten minutes what the DNS did, if it was asked meanwhile, and once more at the end. The
 * keys are documented in {@code docs/log.md}.
 */
final class DnsLog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("countersign.dns");
    private static final Duration PAUSE = Duration.ofMinutes(10);

    private final Supplier<DnsConfiguration.Client> dns;
    private final Thread recurring = Thread.ofVirtual().name("dns log").unstarted(this::recur);
    private final ReentrantLock lock = new ReentrantLock();
    private long questionsTold;

    private DnsLog(Supplier<DnsConfiguration.Client> dns) {
        this.dns = dns;
    }

    /**
     * Begins to write.
     *
     * @param dns the client in use, which counts from nothing when another policy brings another
     */
    static DnsLog start(Supplier<DnsConfiguration.Client> dns) {
        DnsLog started = new DnsLog(dns);
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
            long questions = client.queries();
            if (questions != questionsTold) {
                questionsTold = questions;
                LOG.log(Level.INFO, "dns", client.counts().entrySet().toArray());
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        recurring.interrupt();
        write();
    }
}
