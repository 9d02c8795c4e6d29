package org.countersign.dmarc;

import java.util.Map;
import java.util.Optional;
import org.countersign.dmarc.TreeWalk.Finding;
import org.countersign.dmarc.TreeWalk.Step;
import org.countersign.domain.DomainName;

/** Which record applies to an Author Domain (RFC 9989 §4.10.1), by the walk that began there. */
sealed interface PolicyDiscovery {
    /** This one. */
    record Applies(PublishedPolicy policy) implements PolicyDiscovery {}

    /** None: DMARC does not apply. */
    record Nothing() implements PolicyDiscovery {}

    /** The DNS failed where a record that would apply may be. */
    record Open(DomainName name, String detail) implements PolicyDiscovery {}

    static PolicyDiscovery of(TreeWalk walk) {
        if (walk.atStart() instanceof Finding.Published found) {
            return new Applies(new PublishedPolicy(walk.start(), PublishedPolicy.Source.AUTHOR_DOMAIN, found.record()));
        }
        for (Step step : walk.steps()) {
            if (step.finding() instanceof Finding.Trouble trouble) {
                return new Open(step.name(), trouble.detail());
            }
        }
        DomainName organization = walk.organizationalDomain(Map.of());
        Optional<DmarcRecord> own = walk.recordAt(organization);
        if (own.isPresent()) {
            return new Applies(
                    new PublishedPolicy(organization, PublishedPolicy.Source.ORGANIZATIONAL_DOMAIN, own.get()));
        }
        // RFC 9989 §4.10.1: a PSD's policy counts only where the Organizational Domain has none. Without a
        // record of its own there is an Organizational Domain above the start only below a PSD.
        Step last = walk.steps().get(walk.steps().size() - 1);
        return last.finding() instanceof Finding.Published found
                ? new Applies(
                        new PublishedPolicy(last.name(), PublishedPolicy.Source.PUBLIC_SUFFIX_DOMAIN, found.record()))
                : new Nothing();
    }
}
