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
    /** Of the keys with the same SDID and algorithm, a newer one replaces an older one. */
    private record Kind(DomainName sdid, SignatureAlgorithm algorithm) {}

    /**
     * Chooses the keys that sign at an instant. Of the keys of one SDID and one algorithm that are in use and usable, the
     * newest one signs. Keys that came into use at the same instant, or were always in use, all sign. So if the times of
     * two keys overlap, the newer one signs, or the older one while the newer one is not usable.
     *
     * @param candidates in the order in which they sign
     * @param usable whether a key that is in use may sign
     * @return in the same order; empty if no key is in use and usable
     */
    public static List<SigningIdentity> choose(
            List<ScheduledKey> candidates, Instant now, Predicate<SigningIdentity> usable) {
        Map<Kind, Instant> newestStart = new HashMap<>();
        List<ScheduledKey> active = new ArrayList<>(candidates.size());
        for (ScheduledKey key : candidates) {
            if (key.validity.contains(now) && usable.test(key.identity)) {
                active.add(key);
                newestStart.merge(key.kind(), key.start(), (start, other) -> start.isAfter(other) ? start : other);
            }
        }
        List<SigningIdentity> chosen = new ArrayList<>(active.size());
        for (ScheduledKey key : active) {
            if (key.start().equals(newestStart.get(key.kind()))) {
                chosen.add(key.identity);
            }
        }
        return List.copyOf(chosen);
    }

    private Kind kind() {
        return new Kind(identity.sdid(), identity.key().algorithm());
    }

    private Instant start() {
        return validity.activeFrom().orElse(Instant.MIN);
    }
}
