package org.countersign.james;

import com.google.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.core.MailAddress;
import org.apache.james.protocols.smtp.MailEnvelope;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.MessageHook;
import org.countersign.AuthenticationOutcome;
import org.countersign.ConclusionPairs;
import org.countersign.CountersignEngine;
import org.countersign.IncomingMail;
import org.countersign.InternalMail;
import org.countersign.MailFlow;
import org.countersign.MessageLimits;
import org.countersign.OutgoingMail;
import org.countersign.SmtpTransaction;
import org.countersign.domain.IpNetwork;
import org.countersign.host.FileFailure;
import org.countersign.james.SharedEngines.EngineLease;
import org.countersign.message.MessageReader;
import org.countersign.syntax.LogPairs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses spoofed mail at the end of DATA in an SMTP server of Apache James. Stands in the handler chain before
 * {@code CoreCmdHandlerLoader}, with the policy file as its only setting:
 *
 * <pre>{@code
 * <handler class="org.countersign.james.AuthenticationHook">
 *   <config>/etc/countersign/countersign.yaml</config>
 * </handler>
 * }</pre>
 *
 * <p>Only what comes from outside is judged: mail of clients that have authenticated or may relay, and of
 * {@code inbound.skip-networks}, passes. The message itself is never changed: no header is added or removed, and
 * nothing is signed. One line of the log says what was found and decided of each message that was judged.
 */
public final class AuthenticationHook implements MessageHook {
    private static final Logger LOG = LoggerFactory.getLogger(AuthenticationHook.class);
    // A field of one octet more than a whole header section may have makes the section too large, rather than
    // being cut where nobody notices.
    private static final int LONGEST_HEADER = MessageLimits.DEFAULT.headerOctets() + 1;

    private final InstantSource clock;
    private final SharedEngines engines;
    private volatile Optional<Supplier<CountersignEngine>> engine;
    private volatile Optional<EngineLease> lease = Optional.empty();

    /** For who makes handlers by hand; {@link #init} comes next. */
    public AuthenticationHook() {
        this(new SharedEngines());
    }

    /** For James, which calls {@link #init} next. */
    @Inject
    public AuthenticationHook(SharedEngines engines) {
        this(InstantSource.system(), engines, Optional.empty());
    }

    /** With an engine that has been built already. */
    AuthenticationHook(CountersignEngine engine) {
        this(InstantSource.system(), new SharedEngines(), Optional.of(() -> engine));
    }

    private AuthenticationHook(
            InstantSource clock, SharedEngines engines, Optional<Supplier<CountersignEngine>> engine) {
        this.clock = clock;
        this.engines = engines;
        this.engine = engine;
    }

    /**
     * Reads the policy file that the child {@code config} names; a relative name begins at the directory that
     * James was started in.
     *
     * @throws ConfigurationException when it names none, or with file, line and key of everything that is wrong
     */
    @Override
    public void init(Configuration handler) throws ConfigurationException {
        String name = handler.getString("config", "").strip();
        if (name.isEmpty()) {
            throw new ConfigurationException(
                    "The handler " + getClass().getName() + " lacks <config>: name the policy file in it");
        }
        try {
            EngineLease leased = engines.acquire(Path.of(name));
            lease = Optional.of(leased);
            engine = Optional.of(leased);
        } catch (FileFailure failure) {
            throw new ConfigurationException(String.join("\n", failure.lines()), failure);
        }
    }

    @Override
    public void destroy() {
        lease.ifPresent(EngineLease::close);
    }

    /** Judges a message; {@link HookResult#DECLINED} lets the next hook see to it. */
    @Override
    public HookResult onMessage(SMTPSession session, MailEnvelope envelope) {
        try {
            SmtpTransaction transaction = SmtpFacts.transaction(session, envelope);
            try (MailFlow flow = engine.orElseThrow().get().open(transaction)) {
                return switch (flow) {
                    case IncomingMail mail -> judge(session, envelope, transaction, mail);
                    case OutgoingMail mail -> HookResult.DECLINED;
                    case InternalMail mail -> HookResult.DECLINED;
                };
            }
        } catch (IOException | RuntimeException | LinkageError fault) {
            LOG.error("A message could not be judged; the client was asked to try again", fault);
            return HookAnswers.later(HookAnswers.OUR_FAULT);
        }
    }

    private HookResult judge(SMTPSession session, MailEnvelope envelope, SmtpTransaction transaction, IncomingMail mail)
            throws IOException {
        Instant begun = clock.instant();
        for (MailAddress recipient : envelope.getRecipients()) {
            mail.recipient(recipient.asString());
        }
        long octets;
        try (InputStream message = envelope.getMessageInputStream()) {
            octets = MessageReader.pour(message, mail, LONGEST_HEADER);
        }
        AuthenticationOutcome outcome = mail.conclude();
        log(session, envelope, transaction, octets, outcome, Duration.between(begun, clock.instant()));
        return HookAnswers.of(outcome.decision().verdict());
    }

    private static void log(
            SMTPSession session,
            MailEnvelope envelope,
            SmtpTransaction transaction,
            long octets,
            AuthenticationOutcome outcome,
            Duration took) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        StringBuilder line = new StringBuilder(240).append("message");
        LogPairs.append(line, "session", session.getSessionID());
        LogPairs.append(
                line,
                "client",
                IpNetwork.renderAddress(session.getRemoteAddress().getAddress()));
        LogPairs.append(line, "helo", transaction.helo());
        LogPairs.append(line, "mail-from", transaction.mailFrom().toString());
        LogPairs.append(
                line, "recipients", Integer.toString(envelope.getRecipients().size()));
        LogPairs.append(line, "octets", Long.toString(octets));
        ConclusionPairs.of(outcome).forEach((key, value) -> LogPairs.append(line, key, value));
        LogPairs.append(line, "ms", Long.toString(took.toMillis()));
        LOG.info("{}", line);
    }
}
