package org.countersign;

import java.util.Optional;
import org.countersign.message.HeaderSection;
import org.countersign.message.ReceivedHost;
import org.countersign.policy.Decision;

/**
 * Recognizes mail of other senders that this machine submits again. A content filter returns a message over the
 * loopback network or with sendmail(1), and a mailbox filter forwards one. To the mail server each looks like mail of
 * the machine itself, and our signature would make a forgery genuine.
 */
final class Reinjection {
    private static final Optional<Decision> JUDGED = Optional.of(Decision.accept(
            "already-judged",
            "The message carries results in our name, so it was judged before and has come back through this machine:"
                    + " it is not signed."));
    private static final Optional<Decision> ELSEWHERE = Optional.of(Decision.accept(
            "not-from-this-machine",
            "This machine submitted the message, but a Received field shows that it came from another host: it is not"
                    + " signed. To sign such mail, list the name of the service that takes it under"
                    + " signing.when.daemon-names."));

    private Reinjection() {}

    /** Which signs of a message of other senders to look for. */
    enum Check {
        /** None: a login or the service shows that the mail is ours. */
        NONE,
        /** Results in our name, which show that the message was judged before. */
        JUDGED,
        /** Results in our name, and a Received field of another host. */
        JUDGED_OR_ELSEWHERE
    }

    /** Why the message is taken for one of other senders; empty where it is not. */
    static Optional<Decision> find(Check check, HeaderCollector intake, HeaderSection headers) {
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
