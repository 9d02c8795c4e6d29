package org.countersign;

import java.util.Optional;
import org.countersign.message.HeaderSection;
import org.countersign.message.ReceivedHost;
import org.countersign.policy.Decision;

/**
 * Recognizes mail of others that this machine hands in again. A content filter gives a message back over the loopback
 * network or with sendmail(1), a mailbox filter forwards one: to the mail server all of that looks like mail of the
 * machine itself, and a signature of ours would make a forgery genuine.
 */
final class Reinjection {
    private static final Optional<Decision> JUDGED = Optional.of(Decision.accept(
            "already-judged",
            "The message carries results in our name, so it was judged before and has come back through this machine:"
                    + " it is not signed."));
    private static final Optional<Decision> ELSEWHERE = Optional.of(Decision.accept(
            "not-from-this-machine",
            "This machine hands the message in, but a Received field shows that it came from elsewhere: it is not signed."
                    + " Where it should be, name the service that takes it in signing.when.daemon-names."));

    private Reinjection() {}

    /** What a message must not show if it is to be signed. */
    enum Check {
        /** Its client has shown in another way than by its address that the mail is ours. */
        NONE,
        /** That it was judged: results in our name. */
        JUDGED,
        /** That, and that it ever came from another host. */
        JUDGED_OR_ELSEWHERE
    }

    /** Why the message is taken for one of others; empty where it is not. */
    static Optional<Decision> find(Check check, HeaderIntake intake, HeaderSection headers) {
        if (check == Check.NONE) {
            return Optional.empty();
        }
        if (!intake.removals().isEmpty()) {
            return JUDGED;
        }
        boolean elsewhere = check == Check.JUDGED_OR_ELSEWHERE
                && headers.fields().stream().anyMatch(field -> field.is("Received") && ReceivedHost.isElsewhere(field));
        return elsewhere ? ELSEWHERE : Optional.empty();
    }
}
