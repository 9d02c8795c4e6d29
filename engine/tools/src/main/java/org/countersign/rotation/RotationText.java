package org.countersign.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.signing.KeyValidity;

/** Writes durations, dates and servers for the output of the commands of {@code key}. */
public final class RotationText {
    private static final int MINUTES = 60;
    private static final int HOURS = 24;

    private RotationText() {}

    /** A duration that is rounded up: {@code 5 min}, {@code 2 h 10 min} or {@code 6 d 23 h}. */
    public static String duration(Duration duration) {
        long minutes = duration.plusSeconds(MINUTES - 1).toMinutes();
        long hours = minutes / MINUTES;
        if (hours == 0) {
            return minutes + " min";
        }
        return hours < HOURS
                ? hours + " h" + more(minutes % MINUTES, " min")
                : hours / HOURS + " d" + more(hours % HOURS, " h");
    }

    private static String more(long number, String unit) {
        return number == 0 ? "" : " " + number + unit;
    }

    /** A line for each server that gives no answer. */
    static List<String> unanswered(Sighting seen) {
        if (seen.isUnanswered()) {
            return List.of("no authoritative server answers this host, of "
                    + seen.failed().stream()
                            .map(each -> each.server() + " (" + each.address().getHostAddress() + ")")
                            .distinct()
                            .collect(Collectors.joining(", "))
                    + ": port 53 is probably closed on the way, for UDP and TCP; open it, or run the command on a host"
                    + " where it is open. Keys wait until then, because the answers of a cache prove nothing.");
        }
        return seen.failed().stream()
                .map(each -> each.server() + " (" + each.address().getHostAddress() + ") " + each.detail())
                .distinct()
                .toList();
    }

    static String validity(RotatedKey key, Optional<KeyValidity> validity) {
        Optional<Instant> from = validity.flatMap(KeyValidity::activeFrom);
        Optional<Instant> until = validity.flatMap(KeyValidity::retiredFrom);
        if (key.state() == KeyState.ACTIVE && until.isPresent()) {
            return "until " + until.get();
        }
        return key.state() == KeyState.READY && from.isPresent() ? "from " + from.get() : "";
    }
}
