package org.countersign.james;

import com.google.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.GenericMailet;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.SigningOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.TrafficRules.Direction;
import org.countersign.dns.MeasuringClock;
import org.countersign.service.SystemClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Signs the mail of our own users with DKIM, just before it is delivered: behind every mailet that changes messages,
 * and before {@code RemoteDelivery}.
 *
 * <pre>{@code
 * <mailet match="All" class="org.countersign.james.SignOutbound">
 *   <config>/etc/countersign/countersign.yaml</config>
 *   <make-7bit>true</make-7bit>                          <!-- default -->
 *   <daemon-name>ORIGINATING</daemon-name>               <!-- see signing.when.daemon-names -->
 *   <reject-processor>error</reject-processor>           <!-- default -->
 *   <tempfail-processor>error</tempfail-processor>       <!-- default: the same -->
 * </mailet>
 * }</pre>
 *
 * <p>What is signed is what leaves: the message is written down as James will write it, and James is given those
 * octets, with the signature on top, for its message. A mail that {@code signing.when} does not say is outbound, and one
 * that nothing is to be done to, keeps the message that it has.
 */
public final class SignOutbound extends GenericMailet {
    private static final Logger LOG = LoggerFactory.getLogger(SignOutbound.class);
    private static final String MAKE_7BIT = "make-7bit";
    private static final String DAEMON_NAME = "daemon-name";
    private static final List<String> PARAMETERS =
            List.of("config", MAKE_7BIT, DAEMON_NAME, RejectionProcessors.REJECT, RejectionProcessors.TEMPFAIL);

    private final MeasuringClock clock = new SystemClock();
    private final EngineRegistry engines;
    private volatile Optional<EngineProvider> engine;
    private volatile boolean makeSevenBit = true;
    private volatile String daemonName = "";
    private volatile RejectionProcessors route = new RejectionProcessors(Mail.ERROR, Mail.ERROR);

    /** For James, which calls {@link #init} next. */
    @Inject
    public SignOutbound(EngineRegistry engines) {
        this.engines = engines;
        this.engine = Optional.empty();
    }

    /** With an engine that has been built already. */
    SignOutbound(CountersignEngine engine) {
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
        MailetSettings settings = MailetSettings.of(SignOutbound.class, getMailetConfig(), PARAMETERS);
        makeSevenBit = settings.flag(MAKE_7BIT, makeSevenBit);
        daemonName = settings.text(DAEMON_NAME).orElse("");
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
        return "Countersign SignOutbound";
    }

    /**
     * Signs a mail that is outbound; any other is left alone.
     *
     * @throws MessagingException for a fault of ours or of James, with the mail as it was
     */
    @Override
    public void service(Mail mail) throws MessagingException {
        CountersignEngine current = engine.orElseThrow().get();
        SmtpTransaction transaction = transaction(MailBytes.delivery(mail));
        if (current.direction(transaction) != Direction.OUTBOUND) {
            LOG.debug("Not outbound, and not signed: {}", mail.getName());
            return;
        }
        Instant begun = clock.monotonic().instant();
        try (MessageRewriter message = new MessageRewriter(mail)) {
            long octets = message.size();
            SigningOutcome outcome = new MessageToSign(current, transaction, makeSevenBit, clock).sign(message);
            if (!outcome.edits().isEmpty()) {
                message.give();
            }
            route.take(mail, outcome.decision());
            // Mail of a user that is not signed for its From field is a fault that its user cannot see.
            Level level = outcome.lacksAuthor() ? Level.WARN : Level.INFO;
            if (LOG.isEnabledForLevel(level)) {
                MailLog line = new MailLog(mail, mail.getRecipients().size(), transaction, octets);
                transaction.authenticatedUser().ifPresent(user -> line.add("user", user));
                LOG.atLevel(level)
                        .log(
                                "{}",
                                line.conclusion(
                                        outcome,
                                        Duration.between(
                                                begun, clock.monotonic().instant())));
            }
        } catch (IOException failure) {
            throw new MessagingException("The message could not be signed: " + failure.getMessage(), failure);
        }
    }

    private SmtpTransaction transaction(SpooledEnvelope delivery) {
        return new SmtpTransaction(
                delivery.peer()
                        .<Client>map(address -> new Client.Ip(address, ""))
                        .orElseGet(Client.Local::new),
                delivery.helo(),
                delivery.mailFrom(),
                delivery.user(),
                daemonName,
                "");
    }
}
