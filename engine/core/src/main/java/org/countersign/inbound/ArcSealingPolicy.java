package org.countersign.inbound;

import java.time.InstantSource;
import java.util.Optional;
import org.countersign.arc.ArcSealOperation;
import org.countersign.arc.ArcSealer;
import org.countersign.canonical.BodyHashes;
import org.countersign.signing.PublishedKeyMonitor;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.UnpublishedKeyAction;

/** Decides whether a message is sealed with ARC (RFC 8617 §5.1). Holds no state of any message; used by all threads. */
@FunctionalInterface
public interface ArcSealingPolicy {
    /** Seals nothing. */
    ArcSealingPolicy NEVER = unused -> Optional.empty();

    /**
     * Begins to seal a message whose body has not arrived yet. May wait for the DNS when the key is used for the first
     * time, for a few seconds at most.
     *
     * @return empty if the message is not to be sealed
     */
    Optional<ArcSealOperation> begin(BodyHashes bodyHashes);

    /**
     * Seals every message while the key is valid.
     *
     * @param monitor knows whether the key is published; without it, the key counts as published
     * @param unpublished what to do if the key is not published: {@code SIGN} seals nevertheless, anything else does not
     */
    static ArcSealingPolicy of(
            ScheduledKey key,
            Optional<PublishedKeyMonitor> monitor,
            UnpublishedKeyAction unpublished,
            InstantSource clock) {
        ArcSealer sealer = new ArcSealer(key.identity(), clock);
        return bodyHashes -> {
            // First the date: a query for a record that is not published yet would keep it out of the caches for a
            // while.
            if (!key.validity().contains(clock.instant())) {
                return Optional.empty();
            }
            boolean unusable = unpublished != UnpublishedKeyAction.SIGN
                    && monitor.filter(known -> known.check(key.identity()).isBad())
                            .isPresent();
            return unusable ? Optional.empty() : Optional.of(sealer.begin(bodyHashes));
        };
    }
}
