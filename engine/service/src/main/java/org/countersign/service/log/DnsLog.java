package org.countersign.service.log;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Supplier;
import org.countersign.service.DnsResolver;

/** Logs the counts of the DNS client at an interval, if there were queries since the last time, and at the end. */
public final class DnsLog implements AutoCloseable {
    /** The interval of a host that has no reason for another one. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(10);

    private final EventLog log;
    private final Supplier<DnsResolver> dns;
    private final Duration interval;
    private final Thread thread = Thread.ofVirtual().name("dns log").unstarted(this::run);
    // Written by the thread, and after the thread has ended by close().
    private long loggedQueries;

    private DnsLog(Supplier<DnsResolver> dns, Duration interval, EventLog log) {
        this.dns = dns;
        this.interval = interval;
        this.log = log;
    }

    /**
     * Starts to log.
     *
     * @param dns the client in use; a new policy may bring a new client, whose counts start at zero
     */
    public static DnsLog start(Supplier<DnsResolver> dns, Duration interval, EventLog log) {
        DnsLog started = new DnsLog(dns, interval, log);
        started.thread.start();
        return started;
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(interval);
                write();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        DnsResolver client = dns.get();
        long queries = client.queries();
        if (queries != loggedQueries) {
            loggedQueries = queries;
            log.write(new LogEvent("dns", Level.INFO, "dns").withAll(client.counts()));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            return;
        }
        write();
    }
}
