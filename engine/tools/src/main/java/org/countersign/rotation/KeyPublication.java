package org.countersign.rotation;

import java.util.List;
import org.countersign.domain.DomainName;
import org.countersign.rotation.RotationFailure.Reason;

/** Publishes the records of generated keys by dynamic updates. */
final class KeyPublication {
    private final RotationSession session;

    KeyPublication(RotationSession session) {
        this.session = session;
    }

    /** Adds the record of each generated key of a domain that no server has yet. */
    void publish(DomainName domain, DynamicUpdate update) throws RotationFailure {
        List<RotatedKey> generated = session.states().of(domain).stream()
                .filter(key -> key.state() == KeyState.GENERATED)
                .toList();
        if (generated.isEmpty()) {
            throw new RotationFailure(
                    Reason.NOT_POSSIBLE,
                    "no key of " + domain + " waits for its record: make one with countersign key new " + domain);
        }
        for (RotatedKey key : generated) {
            if (session.check().look(key).isRightSomewhere()) {
                session.step(key, "is published already; the other servers copy the zone");
                continue;
            }
            DomainName zone = session.check()
                    .zone(key)
                    .orElseThrow(() ->
                            new RotationFailure(Reason.TRY_AGAIN, "no server tells the zone of " + key.publishedAt()));
            update.add(zone, key);
            session.step(key, "the record was added to the zone " + zone);
        }
    }
}
