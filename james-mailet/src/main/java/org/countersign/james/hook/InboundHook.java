package org.countersign.james.hook;

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
import org.countersign.CountersignEngine;
import org.countersign.MemoryMeteredSession;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.dns.MeasuringClock;
import org.countersign.james.engine.EngineProvider;
import org.countersign.james.engine.EngineRegistry;
import org.countersign.james.mail.KeptFields;
import org.countersign.james.mail.MailEditor;
import org.countersign.james.mail.MailReports;
import org.countersign.james.mail.VerdictAttributes;
import org.countersign.james.message.HeaderEditor;
import org.countersign.message.MessageReader;
import org.countersign.service.FileFailure;
import org.countersign.service.SystemClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks inbound messages in the SMTP server of Apache James and gives the policy's verdict as the SMTP reply. SPF
 * begins at MAIL FROM; the message is read and decided on at the end of DATA.
 *
 * <p>Mail of clients that have authenticated or may relay, and of {@code inbound.skip-networks}, passes unchanged. One
 * log line for each checked message says what was found and decided.
 */
public class InboundHook
        implements MailHook,
                DataLineFilter,
                JamesMessageHook,
                DisconnectHandler<SMTPSession>,
                ProtocolHandlerResultHandler<Response, SMTPSession>,
                ExtensibleHandler {
    // Documented in README.md.
    private static final Logger LOG = LoggerFactory.getLogger("org.countersign.james.AuthenticationHook");
    // Kept with the connection: James drops what is kept with the transaction without telling the hook.
    private static final AttachmentKey<OpenTransaction> OPEN =
            AttachmentKey.of("org.countersign.james.open-transaction", OpenTransaction.class);

    private final InstantSource clock = MeasuringClock.monotonicOf(new SystemClock());
    private final EngineRegistry engines;
    private volatile Optional<EngineProvider> engine;

    /** Takes the engine from this registry; {@link #init} comes next. */
    protected InboundHook(EngineRegistry engines) {
        this(engines, Optional.empty());
    }

    /** Uses this engine; {@link #init} is not needed. */
    protected InboundHook(CountersignEngine engine) {
        this(new EngineRegistry(), Optional.of(EngineProvider.of(engine)));
    }

    private InboundHook(EngineRegistry engines, Optional<EngineProvider> engine) {
        this.engines = engines;
        this.engine = engine;
    }

    /**
     * Reads the policy file named by the child element {@code config}. A relative name is resolved against the working
     * directory of James.
     *
     * @throws ConfigurationException if no file is named, or with file, line and key of every error in the file
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

    /** Called by James with the handlers of the chain. Checks that the handler that queues mail comes later. */
    @Override
    public void wireExtensions(Class<?> kind, List<?> handlers) throws WiringException {
        HandlerOrderCheck.check(
                this,
                handlers,
                kind.equals(JamesMessageHook.class) ? SendMailHandler.class : ReceivedDataLineFilter.class);
    }

    /** MAIL FROM: opens a message in the engine, which starts SPF. */
    @Override
    public HookResult doMail(SMTPSession session, MaybeSender sender) {
        abandon(session);
        try {
            OpenTransaction open = open(session, SmtpTransactionFactory.transaction(session, sender));
            if (open.message() instanceof MemoryMeteredSession metered && metered.isOverloaded()) {
                abandon(session);
                return HookResults.tempFail(MemoryMeteredSession.REPLY);
            }
        } catch (RuntimeException | LinkageError failure) {
            // The message is opened again at the end of DATA, where a failure is reported.
            LOG.debug("A message could not be opened", failure);
        }
        return HookResult.DECLINED;
    }

    private OpenTransaction open(SMTPSession session, SmtpTransaction transaction) {
        OpenTransaction open =
                new OpenTransaction(transaction, engine.orElseThrow().get().open(transaction));
        session.setAttachment(OPEN, open, State.Connection);
        return open;
    }

    /** The message opened at MAIL FROM, or a new one if client, HELO, user or sender have changed since then. */
    private OpenTransaction current(SMTPSession session, MaybeSender sender) {
        SmtpTransaction transaction = SmtpTransactionFactory.transaction(session, sender);
        return session.getAttachment(OPEN, State.Connection)
                .filter(open -> open.transaction().equals(transaction))
                .orElseGet(() -> {
                    abandon(session);
                    return open(session, transaction);
                });
    }

    @Override
    public Response onLine(SMTPSession session, byte[] line, LineHandler<SMTPSession> next) {
        return ClientMessageOffset.pass(session, line, next);
    }

    /** End of DATA: checks the message. {@link HookResult#DECLINED} passes it to the next hook. */
    @Override
    public HookResult onMessage(SMTPSession session, Mail mail) {
        try {
            OpenTransaction open = current(session, mail.getMaybeSender());
            return switch (open.message()) {
                case MemoryMeteredSession metered
                when metered.isOverloaded() -> HookResults.tempFail(MemoryMeteredSession.REPLY);
                case MemoryMeteredSession metered
                when metered.isInbound() -> check(session, mail, open.transaction(), metered);
                default -> HookResult.DECLINED;
            };
        } catch (IOException | MessagingException | RuntimeException | LinkageError failure) {
            LOG.error("A message could not be checked; the client was asked to try again", failure);
            return HookResults.tempFail(HookResults.INTERNAL_ERROR);
        } finally {
            abandon(session);
        }
    }

    private HookResult check(SMTPSession session, Mail mail, SmtpTransaction transaction, MemoryMeteredSession incoming)
            throws IOException, MessagingException {
        Instant start = clock.instant();
        for (MailAddress recipient : mail.getRecipients()) {
            incoming.recipient(recipient.asString());
        }
        MailReports reports = engine.orElseThrow().reports();
        KeptFields fields = reports.keeping(incoming);
        long octets;
        try (InputStream message = ClientMessageOffset.message(session)) {
            octets = MessageReader.read(message, fields, HeaderEditor.MAX_FIELD);
        }
        if (!(incoming.conclude() instanceof MessageOutcome.Judged outcome)) {
            return HookResults.tempFail(MemoryMeteredSession.REPLY);
        }
        HookResult result = HookResults.of(outcome.decision().verdict());
        if (result.equals(HookResult.DECLINED)) {
            MailEditor.apply(mail, ClientMessageOffset.above(session), outcome.edits());
            VerdictAttributes.write(mail, outcome);
        }
        reports.accept(mail, outcome, transaction.receivingHost(), fields);
        HookLog.write(
                LOG,
                session,
                transaction,
                mail.getRecipients().size(),
                octets,
                outcome,
                Duration.between(start, clock.instant()));
        return result;
    }

    /** Closes a message whose SMTP transaction has been ended by the last command. */
    @Override
    public Response onResponse(
            ProtocolSession session, Response response, long executionTime, ProtocolHandler handler) {
        if (session instanceof SMTPSession smtp && !OpenTransaction.isOpenIn(smtp)) {
            abandon(smtp);
        }
        return response;
    }

    @Override
    public void onDisconnect(SMTPSession session) {
        abandon(session);
    }

    private static void abandon(SMTPSession session) {
        session.removeAttachment(OPEN, State.Connection).ifPresent(OpenTransaction::close);
    }
}
