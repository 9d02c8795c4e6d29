package org.countersign.simulate;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.countersign.policy.Action;
import org.countersign.policy.AlternativeDecision.Effect;
import org.countersign.policy.KnownRelay;
import org.countersign.policy.PolicyRules;
import org.countersign.policy.RuleContext;

/**
 * Computes what a policy would decide if it knew one more relay: it decides again about each message to which it objects.
 * Only relays that the facts authenticate are tried, because a stranger can write any List-Id or HELO name.
 */
final class RelayEffects {
    private static final int MAX_RELAYS = 5_000;
    private static final int MAX_CACHED = 200;
    private static final int MAX_NAMED = 5;

    private final PolicyRules rules;
    private final Map<KnownRelay, Effects> relays = new LinkedHashMap<>();
    private final Map<KnownRelay, Long> answered = new HashMap<>();
    private final Map<KnownRelay, PolicyRules> changed = new LinkedHashMap<>();
    private long omitted;

    private static final class Effects {
        private final BoundedCounts changes = new BoundedCounts(MAX_NAMED);
        private final BoundedCounts authors = new BoundedCounts(MAX_NAMED);
        private long turned;
        private long proven;
    }

    RelayEffects(PolicyRules rules) {
        this.rules = rules;
    }

    /** Counts a message that a user answered, forwarded or marked. */
    void answered(RuleContext facts) {
        for (KnownRelay relay : KnownRelay.of(facts)) {
            if (answered.size() < MAX_RELAYS || answered.containsKey(relay)) {
                answered.merge(relay, 1L, Long::sum);
            }
        }
    }

    /**
     * Decides again about a message to which the policy objects.
     *
     * @param sentByAuthor whether a signature proves that the Author Domain sent the message
     * @param turning counts each sealer whose trust makes the verdict milder
     */
    void objected(RuleContext facts, Action decided, String author, boolean sentByAuthor, BoundedCounts turning) {
        for (KnownRelay relay : KnownRelay.of(facts)) {
            Action other = changed(relay).first(facts).outcome().action();
            if (other == decided || Effect.of(decided, other) != Effect.MILDER) {
                continue;
            }
            if (relays.size() >= MAX_RELAYS && !relays.containsKey(relay)) {
                omitted++;
                continue;
            }
            Effects effects = relays.computeIfAbsent(relay, unused -> new Effects());
            effects.turned++;
            effects.proven += sentByAuthor ? 1 : 0;
            effects.changes.add(decided.keyword() + " -> " + other.keyword());
            effects.authors.add(author);
            // A sealer says that it saw a pass. Of another relay nothing speaks for the message.
            if (relay instanceof KnownRelay.Sealer) {
                turning.add(relay.setting() + ": " + relay.value());
            }
        }
    }

    /** The rules with one more relay; those of the last relays are kept. */
    private PolicyRules changed(KnownRelay relay) {
        PolicyRules found = changed.get(relay);
        if (found == null) {
            found = relay.addedTo(rules);
            if (changed.size() >= MAX_CACHED) {
                changed.remove(changed.keySet().iterator().next());
            }
            changed.put(relay, found);
        }
        return found;
    }

    /**
     * The relays, those with the largest effect first. A host, MAIL FROM domain or signer is suggested only if it is
     * supported: a forger's own host would turn all its forged mail. A sealer vouches for a result, so it is listed in any
     * case, and says whether it is supported.
     */
    List<Suggestion> suggestions(long of) {
        return relays.entrySet().stream()
                .map(each -> new Suggestion(
                        each.getKey(),
                        each.getValue().turned,
                        of,
                        each.getValue().changes,
                        each.getValue().authors,
                        answered.getOrDefault(each.getKey(), 0L),
                        each.getValue().proven))
                .filter(each -> each.isSupported() || each.relay() instanceof KnownRelay.Sealer)
                .sorted(Comparator.comparing(Suggestion::isSupported)
                        .thenComparingLong(Suggestion::turned)
                        .reversed()
                        .thenComparing(
                                each -> each.relay().setting() + each.relay().value()))
                .toList();
    }

    /** How many effects were not counted, because there are too many relays. */
    long omitted() {
        return omitted;
    }
}
