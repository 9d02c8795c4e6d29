package org.countersign.reports.view;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MeasuringClock;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.keys.VerificationKey;

/** Looks up the keys that selectors have in the DNS now. All lookups together take a bounded time. */
final class PublishedKeys {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final DnsClient dns;
    private final Instant deadline;

    PublishedKeys(DnsClient dns, InstantSource clock) {
        this.dns = dns;
        this.deadline = MeasuringClock.deadline(clock, PATIENCE);
    }

    Selectors.Key lookup(String signer, String selector) {
        Optional<DomainName> name = DomainName.parse(signer).flatMap(domain -> PublicKeyRecords.name(domain, selector));
        if (name.isEmpty()) {
            return new Selectors.Key.Missing();
        }
        DnsAnswer<DnsRecord.Text> answer = dns.lookup(DnsQuery.txt(name.get()), deadline);
        if (answer.isError()) {
            return new Selectors.Key.Unknown();
        }
        if (!(answer instanceof DnsAnswer.Found<DnsRecord.Text> found)) {
            return new Selectors.Key.Missing();
        }
        return found.records().stream()
                .map(text -> PublicKeyRecord.parse(text.joined()).toOptional())
                .flatMap(Optional::stream)
                .map(PublishedKeys::key)
                .findFirst()
                .orElse(new Selectors.Key.Unusable());
    }

    private static Selectors.Key key(PublicKeyRecord record) {
        if (record.revoked()) {
            return new Selectors.Key.Revoked();
        }
        return record.key()
                .<Selectors.Key>map(key -> switch (key) {
                    case VerificationKey.Rsa rsa -> new Selectors.Key.Published("rsa", rsa.bits());
                    case VerificationKey.Ed25519 ed -> new Selectors.Key.Published("ed25519", ed.bits());
                })
                .orElse(new Selectors.Key.Unusable());
    }
}
