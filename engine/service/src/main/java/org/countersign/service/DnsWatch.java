package org.countersign.service;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.countersign.dns.wire.ServerProbe;

/**
 * Watches whether the DNS servers answer. It queries each server once at the start, and again when the policy names other
 * servers. Later it queries them only when all have failed to answer, and then every two seconds until one answers.
 */
public final class DnsWatch implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration INTERVAL_WHILE_UNAVAILABLE = Duration.ofSeconds(2);

    private final Supplier<DnsResolver> dns;
    private final Listener listener;
    private final Thread thread = Thread.ofVirtual().name("dns watch").unstarted(this::watch);

    // Used by the thread only.
    private boolean unavailable;

    /** Receives the results of the watch, on its thread. Must not throw. */
    public interface Listener {
        /** A server did not answer its first query. */
        void silent(ServerProbe server);

        /** No server answers. */
        void unavailable(List<ServerProbe> servers);

        /**
         * Servers answer again.
         *
         * @param servers those that do
         */
        void available(List<ServerProbe> servers);
    }

    private DnsWatch(Supplier<DnsResolver> dns, Listener listener) {
        this.dns = dns;
        this.listener = listener;
    }

    /**
     * Begins to watch, in the background.
     *
     * @param dns the client in use, another one when the policy names other servers
     */
    public static DnsWatch start(Supplier<DnsResolver> dns, Listener listener) {
        DnsWatch watch = new DnsWatch(dns, listener);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        try {
            DnsResolver known = dns.get();
            begin(known);
            while (true) {
                Thread.sleep(unavailable ? INTERVAL_WHILE_UNAVAILABLE : INTERVAL);
                DnsResolver now = dns.get();
                if (!now.equals(known)) {
                    known = now;
                    begin(known);
                } else if (unavailable || known.wire().isUnavailable()) {
                    judge(known.wire().probe());
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(DnsResolver client) throws InterruptedException {
        List<ServerProbe> probes = client.wire().probe();
        probes.stream().filter(probe -> probe.problem().isPresent()).forEach(listener::silent);
        judge(probes);
    }

    private void judge(List<ServerProbe> probes) {
        List<ServerProbe> answering =
                probes.stream().filter(probe -> probe.problem().isEmpty()).toList();
        if (unavailable && !answering.isEmpty()) {
            unavailable = false;
            listener.available(answering);
        } else if (!unavailable && answering.isEmpty()) {
            unavailable = true;
            listener.unavailable(probes);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
