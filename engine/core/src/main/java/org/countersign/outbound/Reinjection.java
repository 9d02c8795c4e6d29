package org.countersign.outbound;

import java.util.Optional;
import org.countersign.TrafficRules.Submission;
import org.countersign.inbound.HeaderCollector;
import org.countersign.message.HeaderSection;
import org.countersign.message.ReceivedHost;
import org.countersign.policy.Decision;
import org.countersign.smtp.HeaderField;

/**
 * Recognizes mail of other senders that this machine submits again. A content filter returns a message over the
 * loopback network or with sendmail(1), and a mailbox filter forwards one. To the mail server each looks like mail of
 * this machine, and a signature would make a forgery genuine.
 */
final class Reinjection {
    private static final Optional<Decision> ALREADY_JUDGED = Optional.of(Decision.accept(
            "already-judged",
            "The message has authentication results of this system, so it was judged before and has come back through"
                    + " this machine: it is not signed."));
    private static final Optional<Decision> FROM_ANOTHER_HOST = Optional.of(Decision.accept(
            "not-from-this-machine",
            "This machine submitted the message, but a Received field shows that it came from another host: it is not"
                    + " signed. To sign such mail, list the name of the service that takes it under"
                    + " signing.when.daemon-names."));

    private Reinjection() {}

    /** Why a message counts as mail of another sender; empty if it does not. */
    static Optional<Decision> find(Submission submission, HeaderCollector collector, HeaderSection headers) {
        if (submission == Submission.TRUSTED) {
            return Optional.empty();
        }
        if (!collector.removals().isEmpty()) {
            return ALREADY_JUDGED;
        }
        return submission == Submission.THIS_MACHINE && hasPassedAnotherHost(headers)
                ? FROM_ANOTHER_HOST
                : Optional.empty();
    }

    private static boolean hasPassedAnotherHost(HeaderSection headers) {
        for (HeaderField field : headers.fields()) {
            if (field.is("Received") && ReceivedHost.isFromAnotherHost(field)) {
                return true;
            }
        }
        return false;
    }
}
