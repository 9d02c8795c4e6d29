package org.countersign;

import java.time.InstantSource;
import java.util.Optional;
import org.countersign.arc.ArcSealOperation;
import org.countersign.arc.ArcSealer;
import org.countersign.canonical.BodyHashes;
import org.countersign.signing.PublishedKeyMonitor;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.UnpublishedKey;

/** Seals mail with ARC while its key is in use. Holds no state of any message; one serves all threads. */
public final class ArcSealingPolicy {
    private final ScheduledKey key;
    private final Optional<PublishedKeyMonitor> guard;
    private final UnpublishedKey unpublished;
    private final ArcSealer sealer;
    private final InstantSource clock;

    /**
     * @param guard knows whether the key is published; without it, it is taken to be
     * @param unpublished what to do where it is not: {@code SIGN} seals all the same, anything else does not seal
     */
    public ArcSealingPolicy(
            ScheduledKey key, Optional<PublishedKeyMonitor> guard, UnpublishedKey unpublished, InstantSource clock) {
        this.key = key;
        this.guard = guard;
        this.unpublished = unpublished;
        this.sealer = new ArcSealer(key.identity(), clock);
        this.clock = clock;
    }

    /**
     * A message of which the body is still to come. May wait for the DNS, a few seconds at most, the first time.
     *
     * @return empty where the message is not to be sealed
     */
    Optional<ArcSealOperation> begin(BodyHashes bodyHashes) {
        if (!key.dates().contains(clock.instant()) || isBad()) {
            return Optional.empty();
        }
        return Optional.of(sealer.begin(bodyHashes));
    }

    private boolean isBad() {
        boolean unusable =
                guard.map(known -> known.check(key.identity()).isBad()).orElse(false);
        return unusable && unpublished != UnpublishedKey.SIGN;
    }
}
