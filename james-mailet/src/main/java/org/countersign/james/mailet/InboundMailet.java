package org.countersign.james.mailet;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.server.core.MimeMessageInputStream;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.james.engine.EngineRegistry;
import org.countersign.james.mail.KeptFields;
import org.countersign.james.mail.MailEditor;
import org.countersign.james.mail.MailReports;
import org.countersign.james.mail.VerdictAttributes;
import org.countersign.james.message.HeaderEditor;
import org.countersign.james.relay.Origin;
import org.countersign.james.relay.TrustedHops;
import org.countersign.message.MessageReader;
import org.countersign.service.SystemClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks inbound mail in the mailet container, and records the results in {@link VerdictAttributes}.
 *
 * <p>A mailet cannot reject a message in the SMTP session, because the client has been told that it was accepted. So
 * mail that the policy rejects or defers goes to a processor, and mail that it quarantines continues. If the policy
 * decides differently for some of the recipients, a separate mail is queued for each decision. Recipients whose mail
 * is queued are removed at once: if queueing fails later, the failed mail has only the other recipients, and nobody
 * gets the message twice.
 */
public class InboundMailet extends EngineMailet {
    private static final Logger LOG = LoggerFactory.getLogger("org.countersign.james.AuthenticateMail");
    private static final String TRUSTED_HOPS = "trusted-hops";
    private static final AttributeName ALREADY_CHECKED = AttributeName.of("org.countersign.sent-apart");

    private final InstantSource clock = new SystemClock().monotonic();
    private volatile TrustedHops trusted = new TrustedHops.Count(0);

    /** Takes the engine from this registry; {@link #init} comes next. */
    protected InboundMailet(EngineRegistry engines) {
        super(engines);
    }

    /** Uses this engine. */
    protected InboundMailet(CountersignEngine engine) {
        super(engine);
    }

    @Override
    final List<String> ownParameters() {
        return List.of(TRUSTED_HOPS);
    }

    @Override
    final void configure(MailetSettings settings) throws MessagingException {
        trusted = settings.value(TRUSTED_HOPS, trusted, TrustedHops::parse, TrustedHops.EXPECTED);
    }

    @Override
    public String getMailetInfo() {
        return "Countersign AuthenticateMail";
    }

    /**
     * Checks an inbound mail. Other mail is left unchanged.
     *
     * @throws MessagingException for an error of this mailet or of James; the mail then has only the recipients whose
     *     separate mail has not been queued
     */
    @Override
    public void service(Mail mail) throws MessagingException {
        if (mail.removeAttribute(ALREADY_CHECKED).isPresent()) {
            return;
        }
        Instant start = clock.instant();
        try (RelayedMessage message = new RelayedMessage(engine(), SpooledEnvelope.of(mail), trusted)) {
            MailReports reports = reports();
            KeptFields fields = reports.keeping(message);
            long octets;
            try (InputStream in = new MimeMessageInputStream(mail.getMessage())) {
                octets = MessageReader.read(in, fields, HeaderEditor.MAX_FIELD);
            }
            if (message.conclude() instanceof MessageOutcome.Judged outcome) {
                // Once for all recipients, and before copies of the mail are made.
                reports.accept(mail, outcome, "", fields);
                List<RecipientSubset> subsets = subsets(mail, message, outcome);
                for (RecipientSubset other : subsets.subList(1, subsets.size())) {
                    queueSeparately(mail, other);
                    log(mail, message, octets, other, Duration.between(start, clock.instant()));
                }
                apply(mail, subsets.getFirst());
                log(mail, message, octets, subsets.getFirst(), Duration.between(start, clock.instant()));
            }
        } catch (IOException failure) {
            throw new MessagingException("The message could not be checked: " + failure.getMessage(), failure);
        }
    }

    private static List<RecipientSubset> subsets(Mail mail, RelayedMessage message, MessageOutcome.Judged outcome) {
        List<MailAddress> recipients = List.copyOf(mail.getRecipients());
        return recipients.size() < 2
                ? List.of(new RecipientSubset(outcome, recipients))
                : RecipientSubset.of(recipients, recipient -> message.decideFor(outcome, recipient));
    }

    /**
     * Queues a copy for recipients with another decision, because one mail has one header section and one state. James
     * lets a mail enter a processor only at its first mailet, so a copy that continues passes this mailet again.
     */
    private void queueSeparately(Mail mail, RecipientSubset subset) throws IOException, MessagingException {
        Mail copy = mail.duplicate();
        try {
            apply(copy, subset);
            if (copy.getState().equals(mail.getState())) {
                copy.setAttribute(new Attribute(ALREADY_CHECKED, AttributeValue.of(true)));
            }
            if (!copy.getState().equals(Mail.GHOST)) {
                getMailetContext().sendMail(copy, copy.getState());
            }
        } finally {
            LifecycleUtil.dispose(copy);
        }
        // At once: if something fails later, James delivers to the recipients that are still on the mail.
        List<MailAddress> remaining = new ArrayList<>(mail.getRecipients());
        remaining.removeAll(subset.recipients());
        mail.setRecipients(remaining);
    }

    private void apply(Mail mail, RecipientSubset subset) throws IOException, MessagingException {
        mail.setRecipients(subset.recipients());
        MailEditor.apply(mail, 0, subset.outcome().edits());
        VerdictAttributes.write(mail, subset.outcome());
        route(mail, subset.outcome().decision());
    }

    private static void log(Mail mail, RelayedMessage message, long octets, RecipientSubset subset, Duration took) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        MailetLog line = new MailetLog(mail, subset.recipients().size(), message.transaction(), octets);
        if (message.origin() instanceof Origin.Unknown(String reason)) {
            line.add("origin", reason);
        }
        LOG.info("{}", line.outcome(subset.outcome(), took));
    }
}
