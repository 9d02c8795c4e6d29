package org.countersign.ops;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.countersign.config.KeyEntry;
import org.countersign.domain.DomainName;
import org.countersign.metrics.Label;
import org.countersign.metrics.Metric;
import org.countersign.metrics.Reading;
import org.countersign.service.LoadedPolicy;
import org.countersign.signature.PublishedKey;
import org.countersign.signing.PublishedKeyMonitor;
import org.countersign.syntax.Keyword;

/** Whether the DNS publishes the signing keys of the policy in effect, as the key guard has found it. */
final class KeyMetrics {
    static final Metric KEYS =
            Metric.gauge("countersign_signing_keys", "Keys that may sign or seal, by what the DNS publishes for them.");
    static final Metric NOT_PUBLISHED = Metric.gauge(
            "countersign_signing_key_not_published",
            "1 for a key that the DNS is known not to publish as it must, so that its signatures fail; otherwise 0.");

    private KeyMetrics() {}

    /** The states of a key. */
    private enum State {
        PUBLISHED,
        ABSENT,
        MISMATCH,
        /** The DNS did not answer. */
        UNKNOWN,
        /** It has not signed yet, or is not checked. */
        UNCHECKED;

        static State of(PublishedKey found) {
            return switch (found) {
                case PublishedKey.Good good -> PUBLISHED;
                case PublishedKey.Absent absent -> ABSENT;
                case PublishedKey.Mismatch mismatch -> MISMATCH;
                case PublishedKey.Unknown unknown -> UNKNOWN;
            };
        }
    }

    /** The current values for a policy. */
    static List<Reading> readings(LoadedPolicy policy) {
        Map<DomainName, PublishedKey> known =
                policy.keyMonitor().map(PublishedKeyMonitor::states).orElse(Map.of());
        Map<State, Long> numbers = new EnumMap<>(State.class);
        known.values().forEach(found -> numbers.merge(State.of(found), 1L, Long::sum));
        numbers.put(State.UNCHECKED, Math.max(0L, policy.keyCount() - known.size()));
        List<Reading> readings = new ArrayList<>();
        for (State state : State.values()) {
            readings.add(
                    reading(KEYS, numbers.getOrDefault(state, 0L), List.of(new Label("state", Keyword.of(state)))));
        }
        policy.firstKeys().stream()
                .map(KeyMetrics::labels)
                .distinct()
                .forEach(labels -> readings.add(reading(NOT_PUBLISHED, isBad(known, labels) ? 1 : 0, labels)));
        return readings;
    }

    private static List<Label> labels(KeyEntry key) {
        return List.of(new Label("domain", key.domain().toString()), new Label("selector", key.selector()));
    }

    private static boolean isBad(Map<DomainName, PublishedKey> known, List<Label> labels) {
        return DomainName.parse(labels.get(1).value() + "._domainkey."
                        + labels.getFirst().value())
                .map(known::get)
                .filter(PublishedKey::isBad)
                .isPresent();
    }

    private static Reading reading(Metric metric, long value, List<Label> labels) {
        return new Reading(metric, labels, new Reading.Amount(value));
    }
}
