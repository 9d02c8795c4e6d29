package org.countersign.service.check;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.countersign.config.KeyEntry;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MeasuringClock;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.keys.SigningKey;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;
import org.countersign.syntax.Parsed;

/** Compares the keys of a policy with the records that the DNS publishes for them. */
final class KeyRecordCheck {
    private static final int MAX_QUERIES = 16;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final DnsClient dns;
    private final InstantSource clock;
    private final InstantSource monotonic;
    private final Progress progress;

    KeyRecordCheck(DnsClient dns, InstantSource clock, Progress progress) {
        this.dns = dns;
        this.clock = clock;
        this.monotonic = MeasuringClock.monotonicOf(clock);
        this.progress = progress;
    }

    /** The state of the record of one key. */
    private record Compared(KeyEntry entry, SigningIdentity identity, PublishedKey state, boolean testing) {}

    /**
     * Looks up the record of each key that signs now, once for each record. The record of a key that signs later is not
     * looked up: it may not exist yet, and then the resolver would keep that answer (RFC 2308 §5).
     */
    void run(Map<KeyEntry, SigningKey> keys, Findings findings) throws InterruptedException {
        Map<String, KeyEntry> byRecord = new LinkedHashMap<>();
        int later = 0;
        for (KeyEntry entry : keys.keySet()) {
            if (entry.validity().contains(clock.instant())) {
                byRecord.putIfAbsent(entry.recordName(), entry);
            } else if (entry.validity()
                    .activeFrom()
                    .filter(clock.instant()::isBefore)
                    .isPresent()) {
                later++;
            }
        }
        if (later > 0) {
            findings.note("signing: " + later + " keys that are not active yet were not looked up, because a resolver"
                    + " would keep the answer that a record does not exist; countersign key status asks the servers"
                    + " of the zone");
        }
        List<Compared> all = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        try (ExecutorService queries =
                Executors.newFixedThreadPool(MAX_QUERIES, Thread.ofVirtual().factory())) {
            List<Future<Compared>> running = byRecord.values().stream()
                    .map(entry -> queries.submit(() -> {
                        Compared compared = compare(entry, Objects.requireNonNull(keys.get(entry)));
                        progress.reached(done.incrementAndGet(), byRecord.size());
                        return compared;
                    }))
                    .toList();
            for (Future<Compared> each : running) {
                all.add(each.get());
            }
        } catch (ExecutionException bug) {
            throw new IllegalStateException("a comparison failed because of a bug", bug.getCause());
        }
        report(all, findings);
    }

    private Compared compare(KeyEntry entry, SigningKey key) {
        SigningIdentity identity = new SigningIdentity(entry.domain(), entry.selector(), key);
        // The state and the testing flag come from one answer.
        DnsAnswer<DnsRecord.Text> answer =
                dns.lookup(DnsQuery.txt(identity.keyName()), monotonic.instant().plus(TIMEOUT));
        PublishedKey state = PublishedKey.lookup(identity, new DnsLookups() {
            @Override
            @SuppressWarnings("unchecked") // PublishedKey looks up this name and no other.
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query) {
                return (DnsAnswer<R>) answer;
            }
        });
        boolean testing = answer instanceof DnsAnswer.Found<DnsRecord.Text> found
                && found.records().stream()
                        .map(record -> PublicKeyRecord.parse(record.joined()))
                        .anyMatch(KeyRecordCheck::isTesting);
        return new Compared(entry, identity, state, testing);
    }

    private static boolean isTesting(Parsed<PublicKeyRecord, PublicKeyRecord.Malformed> parsed) {
        return parsed instanceof Parsed.Value<PublicKeyRecord, PublicKeyRecord.Malformed>(PublicKeyRecord record)
                && record.testing();
    }

    private void report(List<Compared> all, Findings findings) {
        List<String> bad = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        List<String> testing = new ArrayList<>();
        int good = 0;
        for (Compared each : all) {
            String named = each.entry().location() + ": " + each.entry().recordName();
            switch (each.state()) {
                case PublishedKey.Good published -> {
                    good++;
                    if (each.testing()) {
                        testing.add(
                                named + " is published with t=y (testing): remove t=y, because some receivers ignore"
                                        + " such signatures");
                    }
                }
                case PublishedKey.Unknown lookup ->
                    unknown.add(named + " could not be compared with the DNS: " + lookup.detail()
                            + ": correct the name servers of " + each.entry().domain()
                            + ", because receivers cannot verify signatures without the record");
                case PublishedKey.Absent absent ->
                    bad.add(named + " is " + absent.describe() + ": publish " + record(each));
                case PublishedKey.Mismatch other ->
                    bad.add(named + " is " + other.describe() + ": " + remedy(each, other));
            }
        }
        findings.addKeys(Finding.Level.ERROR, bad);
        findings.addKeys(Finding.Level.WARNING, testing);
        findings.addKeys(Finding.Level.WARNING, unknown);
        if (good > 0) {
            findings.note("signing: the DNS publishes " + good + " of " + all.size() + " keys as they are here");
        }
    }

    private static String remedy(Compared each, PublishedKey.Mismatch other) {
        return switch (other.fault()) {
            // Somebody has ended the use of this key, perhaps because others have it.
            case REVOKED ->
                "make a new key (countersign keygen), or, if it was revoked by mistake, publish " + record(each);
            case OTHER_KEY -> "name the key file that belongs to the record, or publish " + record(each);
            case RECORD -> "publish " + record(each);
        };
    }

    private static String record(Compared each) {
        return PublicKeyRecords.zoneLine(
                each.entry().selector(),
                each.entry().domain(),
                each.identity().key().publicKeyRecord());
    }
}
