package org.countersign.james;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.countersign.config.DnsConfiguration;
import org.countersign.syntax.LogPairs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in James' log from time to time, and at the end, what the DNS did, with the keys of {@code docs/log.md}. */
final class DnsLog implements AutoCloseable {
    static final Duration USUAL_PAUSE = Duration.ofMinutes(10);
    private static final Logger LOG = LoggerFactory.getLogger(EngineRegistry.class);

    private final Path file;
    private final Supplier<DnsConfiguration.Client> dns;
    private final Duration pause;
    private final Thread recurring = Thread.ofVirtual().name("dns log").unstarted(this::recur);
    // Told by the thread alone, and once it has ended by the one who closes this.
    private long questionsTold;

    private DnsLog(Path file, Supplier<DnsConfiguration.Client> dns, Duration pause) {
        this.file = file;
        this.dns = dns;
        this.pause = pause;
    }

    /**
     * Begins to write.
     *
     * @param file the policy file that the client is of
     * @param dns the client in use, which counts from nothing when another policy brings another
     */
    static DnsLog start(Path file, Supplier<DnsConfiguration.Client> dns, Duration pause) {
        DnsLog started = new DnsLog(file, dns, pause);
        started.recurring.start();
        return started;
    }

    private void recur() {
        try {
            while (true) {
                Thread.sleep(pause);
                write();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        DnsConfiguration.Client client = dns.get();
        long questions = client.queries();
        if (questions == questionsTold) {
            return;
        }
        questionsTold = questions;
        StringBuilder line = new StringBuilder("dns");
        LogPairs.append(line, "policy-file", file.toString());
        for (Map.Entry<String, Long> count : client.counts().entrySet()) {
            LogPairs.append(line, count.getKey(), count.getValue().toString());
        }
        LOG.info("{}", line);
    }

    @Override
    public void close() {
        recurring.interrupt();
        try {
            recurring.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            return;
        }
        write();
    }
}
