package org.countersign.dmarc;

import java.util.List;
import java.util.random.RandomGenerator;
import org.countersign.domain.DomainName;

/**
 * Selects the policy from {@code p}, {@code sp} and {@code pct} (RFC 7489 §6.3, §6.6.4). The tags {@code np}, {@code psd}
 * and {@code t} are unknown to RFC 7489 and have no effect.
 */
final class Rfc7489Policy implements PolicySelection {
    private final RandomGenerator sampling;

    Rfc7489Policy(RandomGenerator sampling) {
        this.sampling = sampling;
    }

    @Override
    public boolean hasValidPolicy(DmarcRecord record) {
        return Rfc7489Tags.of(record).policyTagsValid();
    }

    @Override
    public List<RequestedPolicy> select(PublishedPolicy published, DomainName author) {
        DmarcRecord record = published.record();
        if (!hasValidPolicy(record)) {
            return List.of(SUBSTITUTE);
        }
        if (published.source() != PublishedPolicy.Source.AUTHOR_DOMAIN
                && record.subdomainPolicy().isPresent()) {
            return List.of(RequestedPolicy.of(record.subdomainPolicy().get(), RequestedPolicy.Tag.SP, false));
        }
        return List.of(RequestedPolicy.of(record.policy().orElse(DmarcPolicy.NONE), RequestedPolicy.Tag.P, false));
    }

    // RFC 7489 §6.6.4: a message outside the sample gets the policy one level below.
    @Override
    public List<RequestedPolicy> sample(PublishedPolicy published, List<RequestedPolicy> selected) {
        int percentage = Rfc7489Tags.of(published.record()).percentage();
        boolean inSample = percentage == 100 || sampling.nextInt(100) < percentage;
        return selected.stream()
                .map(policy -> RequestedPolicy.of(policy.declared(), policy.tag(), !inSample))
                .toList();
    }
}
