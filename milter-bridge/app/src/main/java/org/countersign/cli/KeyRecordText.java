package org.countersign.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.countersign.config.Configuration;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.service.DnsResolver;
import org.countersign.service.SystemClock;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;

/**
 * Whether the DNS has the record of a key.
 *
 * @param name of the record
 * @param state in words
 * @param good whether it is as it must be
 * @param zoneLine the record to publish
 */
record KeyRecordText(String name, String state, boolean good, String zoneLine) {
    private static final int MAX_KEYS = 200;
    private static final int MAX_QUERIES = 16;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Looks for the records of the first keys. */
    static List<KeyRecordText> lookup(List<SigningIdentity> keys) throws CommandFailure {
        SystemClock clock = new SystemClock();
        DnsClient dns = DnsResolver.of(Configuration.DEFAULT.dns(), clock).cache();
        List<KeyRecordText> found = new ArrayList<>();
        try (ExecutorService queries =
                Executors.newFixedThreadPool(MAX_QUERIES, Thread.ofVirtual().factory())) {
            List<Future<KeyRecordText>> running = keys.stream()
                    .limit(MAX_KEYS)
                    .map(key -> queries.submit(() -> lookup(key, dns, clock)))
                    .toList();
            for (Future<KeyRecordText> each : running) {
                found.add(each.get());
            }
        } catch (ExecutionException bug) {
            throw new IllegalStateException("a lookup failed because of a bug", bug.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitStatus.TRY_AGAIN, "interrupted while the DNS was asked; use --offline");
        }
        return found;
    }

    private static KeyRecordText lookup(SigningIdentity key, DnsClient dns, SystemClock clock) {
        PublishedKey state = PublishedKey.lookup(key, new DnsLookups() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query) {
                return dns.lookup(query, clock.monotonic().instant().plus(TIMEOUT));
            }
        });
        return new KeyRecordText(
                key.keyName().toString(),
                state.describe(),
                state instanceof PublishedKey.Good,
                PublicKeyRecords.zoneLine(key.selector(), key.sdid(), key.key().publicKeyRecord()));
    }
}
