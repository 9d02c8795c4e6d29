package org.countersign.signing;

import java.util.Optional;
import java.util.Set;
import org.countersign.message.TransportHazard;
import org.countersign.policy.Decision;
import org.countersign.policy.Mode;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;

/**
 * What to do about content that mail servers in transit change or refuse.
 *
 * @param eightBitMime whether the next mail servers are known to support 8BITMIME (RFC 6152)
 * @param refused the hazards for which a message is refused; others are only reported
 * @param mode in {@link Mode#MONITOR} such mail is sent nevertheless
 */
public record TransportCheck(boolean eightBitMime, Set<TransportHazard> refused, Mode mode) {
    /** Reports hazards, refuses nothing, and expects 8BITMIME, which nearly all mail servers support. */
    public static final TransportCheck DEFAULT = new TransportCheck(true, Set.of(), Mode.ENFORCE);

    public TransportCheck {
        refused = Set.copyOf(refused);
    }

    /** The same in another mode. */
    public TransportCheck withMode(Mode other) {
        return new TransportCheck(eightBitMime, refused, other);
    }

    /** The refusal of a message with these hazards; empty if none of them is refused. The first of the enum decides. */
    public Optional<Decision> refusal(Set<TransportHazard> hazards) {
        if (hazards.isEmpty() || refused.isEmpty()) {
            return Optional.empty();
        }
        for (TransportHazard hazard : TransportHazard.values()) {
            if (hazards.contains(hazard) && refused.contains(hazard)) {
                return Optional.of(refusal(hazard));
            }
        }
        return Optional.empty();
    }

    private Decision refusal(TransportHazard hazard) {
        Verdict judged = new Verdict.Reject(
                new SmtpReply(550, "5.6.0", "The message would not survive transport: " + hazard.keyword()));
        Verdict verdict = mode == Mode.ENFORCE ? judged : new Verdict.Accept();
        return new Decision(verdict, judged, "hazard-" + hazard.keyword(), sentence(hazard.explanation()));
    }

    private static String sentence(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }
}
