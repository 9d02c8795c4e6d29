package org.countersign.james;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.countersign.policy.Decision;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;
import org.countersign.syntax.Ascii;

/**
 * Where mail goes that a mailet would refuse if it still could: the client that brought it has long been told that it
 * was accepted.
 *
 * @param rejected the processor for mail that the policy refuses
 * @param deferred the processor for mail that the policy wants to see again later
 */
record RejectionProcessors(String rejected, String deferred) {
    static final String REJECT = "reject-processor";
    static final String TEMPFAIL = "tempfail-processor";
    private static final String EXPECTED = "the name of a processor, or ghost to drop such mail";

    /** Reads them; both are {@code error} where nothing is said, the one processor that every James has. */
    static RejectionProcessors of(MailetSettings settings) throws MessagingException {
        String rejected = settings.value(REJECT, Mail.ERROR, RejectionProcessors::processor, EXPECTED);
        return new RejectionProcessors(
                rejected, settings.value(TEMPFAIL, rejected, RejectionProcessors::processor, EXPECTED));
    }

    private static Optional<String> processor(String name) {
        // James knows them in lower case.
        return Optional.of(Ascii.lower(name)).filter(any -> any.chars().allMatch(Ascii::isVisible));
    }

    /** What James is to make sure of when it starts. */
    Collection<ProcessingState> required() {
        Set<ProcessingState> states = new LinkedHashSet<>();
        for (String name : List.of(rejected, deferred)) {
            if (!name.equals(Mail.GHOST)) {
                states.add(new ProcessingState(name));
            }
        }
        return states;
    }

    /** Sends a mail where its verdict wants it; one that is to be delivered, marked or not, goes on. */
    void take(Mail mail, Decision decision) {
        switch (decision.verdict()) {
            case Verdict.Accept accept -> {}
            case Verdict.Tag tag -> {}
            case Verdict.Quarantine quarantine -> {}
            case Verdict.Discard discard -> mail.setState(Mail.GHOST);
            case Verdict.Reject(SmtpReply reply) -> send(mail, rejected, reply, decision);
            case Verdict.TempFail(SmtpReply reply) -> send(mail, deferred, reply, decision);
        }
    }

    private static void send(Mail mail, String processor, SmtpReply reply, Decision decision) {
        mail.setState(processor);
        mail.setErrorMessage(reply + " (rule " + decision.rule() + ": " + decision.reason() + ")");
    }
}
