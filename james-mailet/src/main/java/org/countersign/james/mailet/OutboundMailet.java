package org.countersign.james.mailet;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.TrafficRules.Direction;
import org.countersign.dns.MeasuringClock;
import org.countersign.james.engine.EngineRegistry;
import org.countersign.service.SystemClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Signs outbound mail with DKIM. The message is first written as James will send it, and James then gets exactly
 * these octets, with the signature on top, as the new message. Mail that {@code signing.when} does not describe, and
 * mail that is not to be changed, keeps its message.
 */
public class OutboundMailet extends EngineMailet {
    private static final Logger LOG = LoggerFactory.getLogger("org.countersign.james.SignOutbound");
    private static final String MAKE_7BIT = "make-7bit";
    private static final String DAEMON_NAME = "daemon-name";

    private final MeasuringClock clock = new SystemClock();
    private volatile boolean makeSevenBit = true;
    private volatile String daemonName = "";

    /** Takes the engine from this registry; {@link #init} comes next. */
    protected OutboundMailet(EngineRegistry engines) {
        super(engines);
    }

    /** Uses this engine. */
    protected OutboundMailet(CountersignEngine engine) {
        super(engine);
    }

    @Override
    final List<String> ownParameters() {
        return List.of(MAKE_7BIT, DAEMON_NAME);
    }

    @Override
    final void configure(MailetSettings settings) throws MessagingException {
        makeSevenBit = settings.flag(MAKE_7BIT, makeSevenBit);
        daemonName = settings.text(DAEMON_NAME).orElse("");
    }

    @Override
    public String getMailetInfo() {
        return "Countersign SignOutbound";
    }

    /**
     * Signs an outbound mail. Other mail is left unchanged.
     *
     * @throws MessagingException for an error of this mailet or of James; the mail is then unchanged
     */
    @Override
    public void service(Mail mail) throws MessagingException {
        CountersignEngine engine = engine();
        SpooledEnvelope envelope = SpooledEnvelope.of(mail);
        SmtpTransaction transaction = transaction(envelope);
        if (engine.direction(transaction) != Direction.OUTBOUND) {
            LOG.debug("Not outbound, and not signed: {}", mail.getName());
            return;
        }
        Instant start = clock.monotonic().instant();
        try (MessageRewriter message = new MessageRewriter(mail)) {
            long octets = message.size();
            MessageOutcome.Signed outcome =
                    new MessageSigner(engine, transaction, envelope.recipients(), makeSevenBit, clock).sign(message);
            if (!outcome.edits().isEmpty()) {
                message.replaceOriginal();
            }
            route(mail, outcome.decision());
            log(
                    mail,
                    transaction,
                    octets,
                    outcome,
                    Duration.between(start, clock.monotonic().instant()));
        } catch (IOException failure) {
            throw new MessagingException("The message could not be signed: " + failure.getMessage(), failure);
        }
    }

    private static void log(
            Mail mail, SmtpTransaction transaction, long octets, MessageOutcome.Signed outcome, Duration took) {
        // A user cannot see that mail is unsigned because of its From field, so the administrator is warned.
        Level level = outcome.lacksAuthor() ? Level.WARN : Level.INFO;
        if (!LOG.isEnabledForLevel(level)) {
            return;
        }
        MailetLog line = new MailetLog(mail, mail.getRecipients().size(), transaction, octets);
        transaction.authenticatedUser().ifPresent(user -> line.add("user", user));
        LOG.atLevel(level).log("{}", line.outcome(outcome, took));
    }

    private SmtpTransaction transaction(SpooledEnvelope envelope) {
        return new SmtpTransaction(
                envelope.peer()
                        .<Client>map(address -> new Client.Ip(address, ""))
                        .orElseGet(Client.Local::new),
                envelope.helo(),
                envelope.mailFrom(),
                envelope.user(),
                daemonName,
                "");
    }
}
