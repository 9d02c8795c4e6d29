package org.countersign.james.mailet;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MimeMessageInputStream;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.GenericMailet;
import org.countersign.domain.DomainName;
import org.countersign.james.engine.EngineRegistry;
import org.countersign.james.engine.EngineRegistry.EngineLease;
import org.countersign.james.mail.VerdictAttributes;
import org.countersign.reports.receive.Authentication;
import org.countersign.reports.receive.Outcome;
import org.countersign.service.SystemClock;
import org.countersign.syntax.Ascii;

/**
 * Reads DMARC reports that arrive as mail. Who sent a report is known from the results in {@link VerdictAttributes}, which a
 * sender cannot write; mail without them is verified.
 *
 * <p>If a report cannot be stored, for whatever reason, the mail continues as if this mailet were not there, or goes to a
 * processor. Mail is discarded only if everything in it is in the store.
 */
public class ReportMailet extends GenericMailet {
    private static final String THEN = "then";
    private static final String FAILURE = "failure-processor";

    private final EngineRegistry engines;
    private final SystemClock clock = new SystemClock();
    private final ReportMailLog log = new ReportMailLog(clock);
    private volatile Optional<EngineLease> lease = Optional.empty();
    private volatile Optional<ReportReading> reading = Optional.empty();
    private volatile boolean discards;
    private volatile Optional<String> failureProcessor = Optional.empty();

    /** Takes the policy from this registry; {@link #init} comes next. */
    protected ReportMailet(EngineRegistry engines) {
        this.engines = engines;
    }

    /**
     * Reads the parameters and the policy file.
     *
     * @throws MessagingException with the first error in the parameters, or with all errors in the policy file
     */
    @Override
    public final void init() throws MessagingException {
        MailetSettings settings = MailetSettings.of(getClass(), getMailetConfig(), List.of("config", THEN, FAILURE));
        discards = settings.value(THEN, false, ReportMailet::parseThen, "keep or discard");
        failureProcessor = settings.text(FAILURE).map(Ascii::lower);
        EngineLease leased = settings.lease(engines);
        ReportReading reader = new ReportReading(leased, clock);
        lease = Optional.of(leased);
        reading = Optional.of(reader);
        String problem = reader.problem();
        if (!problem.isEmpty()) {
            leased.close();
            throw new MessagingException(problem);
        }
    }

    private static Optional<Boolean> parseThen(String text) {
        return switch (text) {
            case "keep" -> Optional.of(false);
            case "discard" -> Optional.of(true);
            default -> Optional.empty();
        };
    }

    @Override
    public String getMailetInfo() {
        return "Countersign ReceiveReports";
    }

    @Override
    public Collection<ProcessingState> requiredProcessingState() {
        return failureProcessor.map(ProcessingState::new).map(List::of).orElse(List.of());
    }

    /** Reads a mail. Nothing of this mailet's own can fail, so that mail goes on whatever happens. */
    @Override
    public void service(Mail mail) {
        ReportReading.Result result = reading.orElseThrow()
                .read(
                        () -> open(mail),
                        mail.getRecipients().stream().map(MailAddress::asString).toList(),
                        checked(mail));
        switch (result) {
            case ReportReading.Result.Read(List<Outcome> outcomes) -> {
                log.read(mail, outcomes);
                if (discards && isAllInTheStore(outcomes)) {
                    mail.setState(Mail.GHOST);
                }
            }
            case ReportReading.Result.Failed(String problem) -> {
                log.failed(mail, problem, failureProcessor);
                failureProcessor.ifPresent(processor -> {
                    mail.setErrorMessage(problem);
                    mail.setState(processor);
                });
            }
        }
    }

    private static InputStream open(Mail mail) throws IOException {
        try {
            return new MimeMessageInputStream(mail.getMessage());
        } catch (MessagingException failure) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    /** What the hook or AuthenticateMail found out; empty if neither has checked this mail. */
    private static Optional<Authentication> checked(Mail mail) {
        return VerdictAttributes.text(mail, VerdictAttributes.DMARC)
                .map(dmarc -> Authentication.recorded(
                        dmarc,
                        VerdictAttributes.text(mail, VerdictAttributes.AUTHOR_DOMAIN)
                                .flatMap(DomainName::parse)));
    }

    private static boolean isAllInTheStore(List<Outcome> outcomes) {
        return !outcomes.isEmpty()
                && outcomes.stream().allMatch(outcome -> switch (outcome) {
                    case Outcome.Stored report -> true;
                    case Outcome.FailureStored report -> true;
                    case Outcome.Duplicate copy -> true;
                    case Outcome.Returned report -> true;
                    case Outcome.Refused bad -> false;
                    case Outcome.LeftAlone other -> false;
                });
    }

    @Override
    public void destroy() {
        lease.ifPresent(EngineLease::close);
    }
}
