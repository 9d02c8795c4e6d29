package org.countersign.james;

import com.google.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.GenericMailet;
import org.countersign.AuthenticationOutcome;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.james.relay.Origin;
import org.countersign.james.relay.TrustedHops;
import org.countersign.message.MessageReader;
import org.countersign.service.SystemClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges mail from outside in the mailet container, where the hook in the SMTP server was not used, or where James
 * stands behind relays of ours: it removes forged Authentication-Results, adds ours, and leaves what it found in the
 * {@link VerdictAttributes}.
 *
 * <pre>{@code
 * <mailet match="All" class="org.countersign.james.AuthenticateMail">
 *   <config>/etc/countersign/countersign.yaml</config>
 *   <trusted-hops>192.0.2.0/24</trusted-hops>            <!-- or a number; none if not given -->
 *   <reject-processor>rejected</reject-processor>        <!-- default: error -->
 *   <tempfail-processor>rejected</tempfail-processor>    <!-- default: the same -->
 * </mailet>
 * }</pre>
 *
 * <p>A mailet cannot refuse: the client has been told that its message was accepted. What the policy refuses goes to
 * a processor instead, what it quarantines goes on. Where the policy decides differently for some of the recipients,
 * they get a mail of their own. Recipients whose mail is in James' queue are removed from the mail at once. So a queue
 * that fails later delivers to nobody twice, and the mail in error is still for all others.
 */
public final class AuthenticateMail extends GenericMailet {
    private static final Logger LOG = LoggerFactory.getLogger(AuthenticateMail.class);
    private static final String TRUSTED_HOPS = "trusted-hops";
    private static final AttributeName SENT_APART = AttributeName.of("org.countersign.sent-apart");
    private static final List<String> PARAMETERS =
            List.of("config", TRUSTED_HOPS, RejectionProcessors.REJECT, RejectionProcessors.TEMPFAIL);

    private final InstantSource clock = new SystemClock().monotonic();
    private final EngineRegistry engines;
    private volatile Optional<EngineProvider> engine;
    private volatile TrustedHops trusted = new TrustedHops.Count(0);
    private volatile RejectionProcessors route = new RejectionProcessors(Mail.ERROR, Mail.ERROR);

    /** For James, which calls {@link #init} next. */
    @Inject
    public AuthenticateMail(EngineRegistry engines) {
        this.engines = engines;
        this.engine = Optional.empty();
    }

    /** With an engine that has been built already. */
    AuthenticateMail(CountersignEngine engine) {
        this.engines = new EngineRegistry();
        this.engine = Optional.of(EngineProvider.of(engine));
    }

    /**
     * Reads the parameters and the policy file.
     *
     * @throws MessagingException with everything that is wrong with the one or the other
     */
    @Override
    public void init() throws MessagingException {
        MailetSettings settings = MailetSettings.of(AuthenticateMail.class, getMailetConfig(), PARAMETERS);
        trusted = settings.value(TRUSTED_HOPS, trusted, TrustedHops::parse, TrustedHops.EXPECTED);
        route = RejectionProcessors.of(settings);
        if (engine.isEmpty()) {
            engine = Optional.of(settings.engine(engines));
        }
    }

    @Override
    public Collection<ProcessingState> requiredProcessingState() {
        return route.required();
    }

    @Override
    public void destroy() {
        engine.ifPresent(EngineProvider::close);
    }

    @Override
    public String getMailetInfo() {
        return "Countersign AuthenticateMail";
    }

    /**
     * Judges a mail from outside; any other is left alone.
     *
     * @throws MessagingException for a fault of this mailet or of James; the mail is then only for the recipients whose
     *     copy has not been queued
     */
    @Override
    public void service(Mail mail) throws MessagingException {
        if (mail.removeAttribute(SENT_APART).isPresent()) {
            return;
        }
        Instant begun = clock.instant();
        try (RelayedMail relayed = new RelayedMail(engine.orElseThrow().get(), MailBytes.delivery(mail), trusted)) {
            long octets;
            try (InputStream message = MailBytes.received(mail)) {
                octets = MessageReader.pour(message, relayed, MailBytes.MAX_HEADER);
            }
            MessageOutcome conclusion = relayed.conclude();
            if (conclusion instanceof AuthenticationOutcome outcome) {
                List<RecipientSubset> shares = shares(mail, relayed, outcome);
                for (RecipientSubset other : shares.subList(1, shares.size())) {
                    sendApart(mail, other);
                    log(mail, relayed, octets, other, Duration.between(begun, clock.instant()));
                }
                settle(mail, shares.getFirst());
                log(mail, relayed, octets, shares.getFirst(), Duration.between(begun, clock.instant()));
            }
        } catch (IOException failure) {
            throw new MessagingException("The message could not be judged: " + failure.getMessage(), failure);
        }
    }

    private static List<RecipientSubset> shares(Mail mail, RelayedMail relayed, AuthenticationOutcome outcome) {
        List<MailAddress> recipients = List.copyOf(mail.getRecipients());
        return recipients.size() < 2
                ? List.of(new RecipientSubset(outcome, recipients))
                : RecipientSubset.of(recipients, recipient -> relayed.decideFor(outcome, recipient));
    }

    /**
     * Queues a copy for those for whom the policy decides otherwise: one mail has one header section and one way. A
     * copy that goes on comes by here once more, since James lets mail enter a processor only at its head.
     */
    private void sendApart(Mail mail, RecipientSubset share) throws IOException, MessagingException {
        Mail copy = mail.duplicate();
        try {
            settle(copy, share);
            if (copy.getState().equals(mail.getState())) {
                copy.setAttribute(new Attribute(SENT_APART, AttributeValue.of(true)));
            }
            if (!copy.getState().equals(Mail.GHOST)) {
                getMailetContext().sendMail(copy, copy.getState());
            }
        } finally {
            LifecycleUtil.dispose(copy);
        }
        // Before anything else can fail: the recipients on a mail that fails get it again.
        List<MailAddress> left = new ArrayList<>(mail.getRecipients());
        left.removeAll(share.recipients());
        mail.setRecipients(left);
    }

    private void settle(Mail mail, RecipientSubset share) throws IOException, MessagingException {
        mail.setRecipients(share.recipients());
        EditedMail.apply(mail, 0, share.outcome().edits());
        VerdictAttributes.write(mail, share.outcome());
        route.take(mail, share.outcome().decision());
    }

    private static void log(Mail mail, RelayedMail relayed, long octets, RecipientSubset share, Duration took) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        MailLog line = new MailLog(mail, share.recipients().size(), relayed.transaction(), octets);
        if (relayed.origin() instanceof Origin.Unknown(String reason)) {
            line.add("origin", reason);
        }
        LOG.info("{}", line.conclusion(share.outcome(), took));
    }
}
