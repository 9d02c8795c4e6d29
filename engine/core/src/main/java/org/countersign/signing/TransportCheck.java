package org.countersign.signing;

import java.util.Optional;
import java.util.Set;
import org.countersign.message.TransportHazard;
import org.countersign.policy.Decision;
import org.countersign.policy.Mode;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;

/**
 * What to do about things in a message that mail servers on its way change or refuse.
 *
 * @param eightBitMime whether the next mail servers are known to take 8-bit bodies
 * @param refused with which a message is refused; the others are only reported
 * @param mode in {@link Mode#MONITOR} such mail is sent nevertheless
 */
public record TransportCheck(boolean eightBitMime, Set<TransportHazard> refused, Mode mode) {
    /** Reports, refuses nothing, and expects 8BITMIME, which nearly all mail servers have. */
    public static final TransportCheck DEFAULT = new TransportCheck(true, Set.of(), Mode.ENFORCE);

    public TransportCheck {
        refused = Set.copyOf(refused);
    }

    /** The same in another mode. */
    public TransportCheck withMode(Mode other) {
        return new TransportCheck(eightBitMime, refused, other);
    }

    /** The refusal of a message with these hazards, where one of them asks for it; the first of the enum decides. */
    public Optional<Decision> refusal(Set<TransportHazard> hazards) {
        return hazards.stream().filter(refused::contains).sorted().findFirst().map(hazard -> {
            Verdict judged = new Verdict.Reject(
                    new SmtpReply(550, "5.6.0", "The message would not survive its way: " + hazard.keyword()));
            Verdict verdict = mode == Mode.ENFORCE ? judged : new Verdict.Accept();
            return new Decision(verdict, judged, "hazard-" + hazard.keyword(), sentence(hazard.explanation()));
        });
    }

    private static String sentence(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }
}
