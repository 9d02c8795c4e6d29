package org.countersign.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what only a person can do about a key, and says it whole. */
final class KeyTasks {
    /** How long servers may take to copy a zone before a person should look. */
    private static final Duration TRANSFER = Duration.ofDays(1);

    private KeyTasks() {}

    /**
     * @param inTable whether a line lets it sign, now or later
     */
    static Optional<KeyTask> of(RotatedKey key, Sighting seen, boolean inTable, RotationStates states, Instant now) {
        List<String> lines = switch (key.state()) {
            case GENERATED -> publish(key, seen, now);
            case READY -> inTable || key.activatesWhenReady() ? List.of() : activate(key);
            case ACTIVE -> key.brokenSince().isPresent() ? restore(key, seen, successor(key, states)) : List.of();
            case RETIRED -> key.brokenSince().isPresent() ? keep(key, seen) : List.of();
            case REMOVABLE -> key.target().isPresent() || seen.servers().isEmpty() ? List.of() : remove(key);
            case REVOKED -> seen.isRightSomewhere() ? revoke(key) : List.of();
            case PUBLISHED, GONE -> List.of();
        };
        return lines.isEmpty() ? Optional.empty() : Optional.of(new KeyTask(key.domain(), key.selector(), lines));
    }

    private static List<String> publish(RotatedKey key, Sighting seen, Instant now) {
        if (!seen.isWrongSomewhere()) {
            return List.of();
        }
        if (seen.isRightSomewhere()) {
            // The other servers copy the zone.
            return now.isBefore(key.since().plus(TRANSFER))
                    ? List.of()
                    : List.of(
                            "see why a server lacks the record " + key.name(),
                            seen.firstWrong(),
                            "if that server is not in use any more, add --ignore and its name");
        }
        List<String> lines = new ArrayList<>();
        lines.add("publish this record for " + key.domain());
        boolean foreign = seen.servers().stream()
                .anyMatch(each -> each.view() == Sighting.View.OTHER || each.view() == Sighting.View.REVOKED);
        if (foreign) {
            lines.add("in the place of what is there now: " + seen.firstWrong());
        }
        lines.addAll(RecordText.panel(key));
        return lines;
    }

    private static List<String> activate(RotatedKey key) {
        return List.of(key.name() + " is ready: let it sign", "countersign key activate " + key.domain());
    }

    private static Optional<RotatedKey> successor(RotatedKey key, RotationStates states) {
        return states.of(key.domain()).stream()
                .filter(other -> other.isSameKind(key) && other.state() == KeyState.READY)
                .findFirst();
    }

    private static List<String> restore(RotatedKey key, Sighting seen, Optional<RotatedKey> successor) {
        List<String> lines = new ArrayList<>();
        lines.add("the record of a key that signs is wrong: " + key.name());
        lines.add(seen.firstWrong());
        successor.ifPresent(ready -> lines.add(ready.name() + " is ready: countersign key activate " + key.domain()));
        lines.add(successor.isPresent() ? "or publish the record again" : "publish the record again");
        lines.addAll(RecordText.panel(key));
        return lines;
    }

    private static List<String> keep(RotatedKey key, Sighting seen) {
        List<String> lines = new ArrayList<>();
        lines.add("the record of a retired key was removed too early: " + key.name());
        lines.add(seen.firstWrong());
        lines.add("mail that it signed may arrive for "
                + RotationText.duration(key.pending().left()) + " more; publish the record again until then");
        lines.addAll(RecordText.panel(key));
        return lines;
    }

    private static List<String> remove(RotatedKey key) {
        return List.of("remove this record, which nothing needs any more", "type   TXT", "name   " + key.publishedAt());
    }

    private static List<String> revoke(RotatedKey key) {
        List<String> lines = new ArrayList<>();
        lines.add("replace the record of a revoked key by this one, now");
        lines.addAll(RecordText.panel(key, RecordText.REVOKED));
        return lines;
    }
}
