package org.countersign.james;

import com.google.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.DisconnectHandler;
import org.apache.james.protocols.api.handler.ExtensibleHandler;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.api.handler.ProtocolHandlerResultHandler;
import org.apache.james.protocols.api.handler.WiringException;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.DataLineFilter;
import org.apache.james.protocols.smtp.core.ReceivedDataLineFilter;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.MailHook;
import org.apache.james.smtpserver.JamesMessageHook;
import org.apache.james.smtpserver.SendMailHandler;
import org.apache.mailet.Mail;
import org.countersign.AuthenticationOutcome;
import org.countersign.CountersignEngine;
import org.countersign.MemoryMeteredSession;
import org.countersign.MessageLimits;
import org.countersign.SmtpTransaction;
import org.countersign.dns.MeasuringClock;
import org.countersign.message.MessageReader;
import org.countersign.service.FileFailure;
import org.countersign.service.SystemClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges mail in an SMTP server of Apache James. SPF begins with MAIL FROM; at the end of DATA the message is refused,
 * put off or let through, as the policy file wants it, and what is let through has lost the Authentication-Results
 * that others wrote in our name, and has ours on top. Stands in the handler chain before {@code CoreCmdHandlerLoader},
 * with the policy file as its only setting:
 *
 * <pre>{@code
 * <handler class="org.countersign.james.AuthenticationHook">
 *   <config>/etc/countersign/countersign.yaml</config>
 * </handler>
 * }</pre>
 *
 * <p>Only what comes from outside is judged: mail of clients that have authenticated or may relay, and of
 * {@code inbound.skip-networks}, passes unchanged. One line of the log says what was found and decided of each message
 * that was judged.
 */
public final class AuthenticationHook
        implements MailHook,
                DataLineFilter,
                JamesMessageHook,
                DisconnectHandler<SMTPSession>,
                ProtocolHandlerResultHandler<Response, SMTPSession>,
                ExtensibleHandler {
    private static final Logger LOG = LoggerFactory.getLogger(AuthenticationHook.class);
    // A field of one octet more than a whole header section may have makes the section too large, rather than
    // being cut where nobody notices.
    private static final int MAX_HEADER = MessageLimits.DEFAULT.headerOctets() + 1;
    // Of the connection, not of the transaction: James forgets what is of the transaction without a word.
    private static final AttachmentKey<OpenTransaction> OPEN =
            AttachmentKey.of("org.countersign.james.open-mail", OpenTransaction.class);

    private final InstantSource clock;
    private final EngineRegistry engines;
    private volatile Optional<EngineProvider> engine;

    /** For who makes handlers by hand; {@link #init} comes next. */
    public AuthenticationHook() {
        this(new EngineRegistry());
    }

    /** For James, which calls {@link #init} next. */
    @Inject
    public AuthenticationHook(EngineRegistry engines) {
        this(new SystemClock(), engines, Optional.empty());
    }

    /** With an engine that has been built already. */
    AuthenticationHook(CountersignEngine engine) {
        this(new SystemClock(), new EngineRegistry(), Optional.of(EngineProvider.of(engine)));
    }

    private AuthenticationHook(InstantSource clock, EngineRegistry engines, Optional<EngineProvider> engine) {
        this.clock = MeasuringClock.monotonicOf(clock);
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
            engine = Optional.of(engines.acquire(Path.of(name)));
        } catch (FileFailure failure) {
            throw new ConfigurationException(String.join("\n", failure.lines()), failure);
        }
    }

    @Override
    public void destroy() {
        engine.ifPresent(EngineProvider::close);
    }

    @Override
    public List<Class<?>> getMarkerInterfaces() {
        return List.of(JamesMessageHook.class, DataLineFilter.class);
    }

    /** Is told by James which handlers there are: the one that queues mail has to come later, or would be all. */
    @Override
    public void wireExtensions(Class<?> kind, List<?> handlers) throws WiringException {
        HandlerOrderCheck.check(
                this,
                handlers,
                kind.equals(JamesMessageHook.class) ? SendMailHandler.class : ReceivedDataLineFilter.class);
    }

    /** A message begins: so does SPF. */
    @Override
    public HookResult doMail(SMTPSession session, MaybeSender sender) {
        giveUp(session);
        try {
            OpenTransaction mail = open(session, SmtpFacts.transaction(session, sender));
            if (mail.flow() instanceof MemoryMeteredSession metered && metered.isOverloaded()) {
                giveUp(session);
                return HookResults.later(MemoryMeteredSession.REPLY);
            }
        } catch (RuntimeException | LinkageError fault) {
            // Tried once more when the message has come, and reported then.
            LOG.debug("A message could not be begun", fault);
        }
        return HookResult.DECLINED;
    }

    private OpenTransaction open(SMTPSession session, SmtpTransaction transaction) {
        OpenTransaction mail =
                new OpenTransaction(transaction, engine.orElseThrow().get().open(transaction), clock.instant());
        session.setAttachment(OPEN, mail, State.Connection);
        return mail;
    }

    /** The message that began with MAIL FROM, or another one where what it began with is no longer so. */
    private OpenTransaction opened(SMTPSession session, MaybeSender sender) {
        SmtpTransaction transaction = SmtpFacts.transaction(session, sender);
        return session.getAttachment(OPEN, State.Connection)
                .filter(mail -> mail.transaction().equals(transaction))
                .orElseGet(() -> {
                    giveUp(session);
                    return open(session, transaction);
                });
    }

    @Override
    public Response onLine(SMTPSession session, byte[] line, LineHandler<SMTPSession> next) {
        return ClientMessageOffset.pass(session, line, next);
    }

    /** Judges a message; {@link HookResult#DECLINED} lets the next hook see to it. */
    @Override
    public HookResult onMessage(SMTPSession session, Mail mail) {
        try {
            OpenTransaction open = opened(session, mail.getMaybeSender());
            return switch (open.flow()) {
                case MemoryMeteredSession metered
                when metered.isOverloaded() -> HookResults.later(MemoryMeteredSession.REPLY);
                case MemoryMeteredSession metered when metered.isIncoming() -> judge(session, mail, open, metered);
                default -> HookResult.DECLINED;
            };
        } catch (IOException | MessagingException | RuntimeException | LinkageError fault) {
            LOG.error("A message could not be judged; the client was asked to try again", fault);
            return HookResults.later(HookResults.OUR_FAULT);
        } finally {
            giveUp(session);
        }
    }

    private HookResult judge(SMTPSession session, Mail mail, OpenTransaction open, MemoryMeteredSession incoming)
            throws IOException, MessagingException {
        Instant begun = clock.instant();
        for (MailAddress recipient : mail.getRecipients()) {
            incoming.recipient(recipient.asString());
        }
        long octets;
        try (InputStream message = ClientMessageOffset.message(session)) {
            octets = MessageReader.pour(message, incoming, MAX_HEADER);
        }
        if (!(incoming.conclude() instanceof AuthenticationOutcome outcome)) {
            return HookResults.later(MemoryMeteredSession.REPLY);
        }
        HookResult answer = HookResults.of(outcome.decision().verdict());
        if (answer.equals(HookResult.DECLINED)) {
            EditedMail.apply(mail, ClientMessageOffset.above(session), outcome.edits());
            VerdictAttributes.write(mail, outcome);
        }
        HookLog.judged(
                LOG,
                session,
                open.transaction(),
                mail.getRecipients().size(),
                octets,
                outcome,
                Duration.between(begun, clock.instant()));
        return answer;
    }

    /** Lets go of a message whose transaction a command has ended. */
    @Override
    public Response onResponse(
            ProtocolSession session, Response response, long executionTime, ProtocolHandler handler) {
        if (session instanceof SMTPSession smtp && !OpenTransaction.isWantedBy(smtp)) {
            giveUp(smtp);
        }
        return response;
    }

    @Override
    public void onDisconnect(SMTPSession session) {
        giveUp(session);
    }

    private static void giveUp(SMTPSession session) {
        session.removeAttachment(OPEN, State.Connection).ifPresent(OpenTransaction::close);
    }
}
