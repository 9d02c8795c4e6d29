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

/** A key and the time in which it signs. */
public record ScheduledKey(SigningIdentity identity, KeyValidity validity) {
    /** Keys of one kind replace each other. */
    private record Kind(DomainName sdid, SignatureAlgorithm algorithm) {}

    /**
     * Chooses the keys that sign at an instant. Of the keys of one SDID and one algorithm that are in use and usable, the
     * newest one signs. Keys that came into use at the same instant, or were always in use, all sign. So if the times of
     * two keys overlap, the newer one signs, or the older one while the newer one is not usable.
     *
     * @param candivalidity in the order in which they sign
     * @param usable whether a key that is in use may sign
     * @return in the order of the candivalidity; empty if no key is in use and usable
     */
    public static List<SigningIdentity> choose(
            List<ScheduledKey> candivalidity, Instant now, Predicate<SigningIdentity> usable) {
        Map<Kind, Instant> newest = new HashMap<>();
        List<ScheduledKey> possible = new ArrayList<>(candivalidity.size());
        for (ScheduledKey key : candivalidity) {
            if (key.validity.contains(now) && usable.test(key.identity)) {
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
        return validity.activeFrom().orElse(Instant.MIN);
    }
}
