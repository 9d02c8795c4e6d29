package org.countersign.james.mailet;

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
 * The processors for mail that the policy rejects or defers. A mailet cannot reject it in the SMTP session, because the
 * client has been told that the message was accepted.
 *
 * @param rejected the processor for rejected mail
 * @param deferred the processor for deferred mail
 */
record RejectionProcessors(String rejected, String deferred) {
    /** The processor that every James has, for both. */
    static final RejectionProcessors DEFAULT = new RejectionProcessors(Mail.ERROR, Mail.ERROR);

    static final String REJECT = "reject-processor";
    static final String TEMPFAIL = "tempfail-processor";
    private static final String EXPECTED = "the name of a processor, or ghost to drop such mail";

    /** Reads the parameters. The default is {@code error}, and for deferred mail the processor of rejected mail. */
    static RejectionProcessors of(MailetSettings settings) throws MessagingException {
        String rejected = settings.value(REJECT, DEFAULT.rejected, RejectionProcessors::processor, EXPECTED);
        return new RejectionProcessors(
                rejected, settings.value(TEMPFAIL, rejected, RejectionProcessors::processor, EXPECTED));
    }

    private static Optional<String> processor(String name) {
        // James keeps the names in lower case.
        return Optional.of(Ascii.lower(name)).filter(lower -> lower.chars().allMatch(Ascii::isVisible));
    }

    /** The processors that James must have; it checks them when it starts. */
    Collection<ProcessingState> required() {
        Set<ProcessingState> states = new LinkedHashSet<>();
        for (String name : List.of(rejected, deferred)) {
            if (!name.equals(Mail.GHOST)) {
                states.add(new ProcessingState(name));
            }
        }
        return states;
    }

    /** Sets the state of a mail to the processor for its verdict. Mail that is to be delivered keeps its state. */
    void route(Mail mail, Decision decision) {
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
