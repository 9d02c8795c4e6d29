package org.countersign.signing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.signature.SigningIdentity;

/** A key that may sign, and when. */
public record ScheduledKey(SigningIdentity identity, KeyValidity dates) {
    /** Keys of one kind take each other's place. */
    private record Kind(DomainName sdid, SignatureAlgorithm algorithm) {}

    /**
     * Chooses the keys that sign at a moment. Of the keys of one SDID and one algorithm that are in use and
     * usable, those that came into use last sign; several that came into use together, or have always been in
     * use, sign side by side. So while two keys overlap the newer one signs, and when it is not usable the
     * one before it.
     *
     * @param candidates in the order in which they are to sign
     * @param usable what besides the dates decides whether a key may sign
     * @return in the order of the candidates; empty where none is in use and usable
     */
    public static List<SigningIdentity> choose(
            List<ScheduledKey> candidates, Instant now, Predicate<SigningIdentity> usable) {
        Map<Kind, Instant> newest = new HashMap<>();
        List<ScheduledKey> possible = new ArrayList<>(candidates.size());
        for (ScheduledKey key : candidates) {
            if (key.dates.contains(now) && usable.test(key.identity)) {
                possible.add(key);
                newest.merge(key.kind(), key.since(), (one, other) -> one.isAfter(other) ? one : other);
            }
        }
        List<SigningIdentity> chosen = new ArrayList<>(possible.size());
        for (ScheduledKey key : possible) {
            if (key.since().equals(newest.get(key.kind()))) {
                chosen.add(key.identity);
            }
        }
        return List.copyOf(chosen);
    }

    private Kind kind() {
        return new Kind(identity.sdid(), identity.key().algorithm());
    }

    private Instant since() {
        return dates.activeFrom().orElse(Instant.MIN);
    }
}
