package org.countersign.reports.collect;

import java.util.Optional;
import org.countersign.dmarc.DiscoveryMethod;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.countersign.syntax.SipHash;

/**
 * What messages that are counted together have in common: texts and numbers only, so that a key keeps nothing else of a message
 * in memory. Its hash has a secret key, because senders choose most of the texts.
 */
final class RowKey {
    private static final SipHash HASH = SipHash.withRandomKey();

    private final Segment.Traffic traffic;
    private final Optional<Reported> reported;
    private final int hash;

    /** What the columns of a policy depend on. */
    record PolicySource(DomainName domain, DiscoveryMethod method, Octets text) {
        /** The same with a text of its own, which is a part of an answer of the DNS. */
        PolicySource copied() {
            return new PolicySource(domain, method, Octets.wrap(text.toByteArray()));
        }
    }

    /** What a report tells of the messages. */
    record Reported(PolicySource source, CollectedRow row) {}

    /** @param reported empty if no report tells of the messages */
    RowKey(Segment.Traffic traffic, Optional<Reported> reported) {
        this(traffic, reported, hash(traffic, reported));
    }

    private RowKey(Segment.Traffic traffic, Optional<Reported> reported, int hash) {
        this.traffic = traffic;
        this.reported = reported;
        this.hash = hash;
    }

    private static int hash(Segment.Traffic traffic, Optional<Reported> reported) {
        return reported.isEmpty()
                ? traffic.hashCode()
                : 31 * traffic.hashCode() + hash(reported.get().row());
    }

    /** No sender chooses the other texts, and they seldom differ where these are equal. */
    private static int hash(CollectedRow row) {
        long hash = HASH.hash(row.sourceIp());
        hash = 31 * hash + HASH.hash(row.headerFrom());
        hash = 31 * hash + HASH.hash(row.envelopeFrom().orElse(""));
        return Long.hashCode(31 * hash + HASH.hash(row.auth()));
    }

    Segment.Traffic traffic() {
        return traffic;
    }

    Optional<Reported> reported() {
        return reported;
    }

    /** An equal key with this object for its policy, which many keys share. */
    RowKey with(PolicySource shared) {
        return new RowKey(traffic, reported.map(own -> new Reported(shared, own.row())), hash);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowKey key
                && hash == key.hash
                && traffic.equals(key.traffic)
                && reported.equals(key.reported);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
