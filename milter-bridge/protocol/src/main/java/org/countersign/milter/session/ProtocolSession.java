package org.countersign.milter.session;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.ReplyText;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a connection behind its negotiation: SMTP sessions, each of a client and its messages.
 * Mail servers differ in what they skip (Sendmail sends no ABORT after a refusal, and none before the next
 * MAIL), so a message also ends where the next thing begins.
 */
final class ProtocolSession implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ProtocolSession.class.getName());

    // An SMTP command line has 512 octets, some more with extensions (RFC 5321 §4.5.3.1); mail servers cut
    // at 2048 or so.
    private static final int MAX_COMMAND = 8192;

    private static final MilterReply OVERLOADED = new MilterReply.ReplyCode(
            ReplyText.of(451, "4.3.2", "The server is too busy to check this message now, try again later"));

    private final MessageFilter filter;
    private final SessionSettings settings;
    private final Negotiation negotiation;
    private final DecisionRenderer renderer;
    private final ReplyChannel replies;
    private final MacroTable macros = new MacroTable();

    private MilterCommand.@Nullable Connect client;
    private String helo = "";
    private @Nullable CurrentMessage message;
    private int errors;

    ProtocolSession(
            MessageFilter filter,
            SessionSettings settings,
            Negotiation negotiation,
            CapabilityWarnings notices,
            ReplyChannel replies) {
        this.filter = filter;
        this.settings = settings;
        this.negotiation = negotiation;
        this.renderer = new DecisionRenderer(negotiation, notices);
        this.replies = replies;
    }

    boolean inMessage() {
        return message != null;
    }

    SessionStage stage() {
        if (message == null) {
            return SessionStage.BETWEEN_MESSAGES;
        }
        return message.awaitsContent() ? SessionStage.AWAITING_CONTENT : SessionStage.IN_MESSAGE;
    }

    /** Takes any command but a negotiation; false when the connection is over. */
    boolean receive(MilterCommand command) throws IOException {
        return switch (command) {
            case MilterCommand.Macros stage -> {
                macros.put(stage);
                yield true;
            }
            case MilterCommand.Connect connect -> connect(connect);
            case MilterCommand.Helo(Octets name) -> helo(name);
            case MilterCommand.Mail mail -> mail(mail);
            case MilterCommand.Recipient recipient -> recipient(recipient);
            case MilterCommand.Data() -> data();
            case MilterCommand.Header header -> header(header);
            case MilterCommand.EndOfHeaders() -> endOfHeaders();
            case MilterCommand.Body(ByteBuffer octets) -> body(octets);
            case MilterCommand.EndOfBody(ByteBuffer octets) -> endOfBody(octets);
            case MilterCommand.Abort() -> {
                dropMessage();
                yield true;
            }
            case MilterCommand.QuitNewConnection() -> {
                forgetClient();
                yield true;
            }
            case MilterCommand.UnknownSmtpCommand unknown -> {
                // Has nothing to do with the message, refused or not.
                if (negotiation.expectsReplyTo(CommandCode.UNKNOWN_SMTP_COMMAND)) {
                    replies.send(List.of(new MilterReply.Continue()));
                }
                yield true;
            }
            case MilterCommand.Quit quit -> false;
            case MilterCommand.OptionNegotiation again -> false;
            case MilterCommand.Malformed malformed -> false;
        };
    }

    private boolean connect(MilterCommand.Connect connect) throws IOException {
        if (client != null) {
            // Whoever this is: what follows is not the mail of the client that we know.
            refuse(CommandCode.CONNECT);
            return false;
        }
        client = connect;
        return answer(CommandCode.CONNECT);
    }

    private void forgetClient() {
        dropMessage();
        macros.dropAll();
        client = null;
        helo = "";
    }

    private boolean helo(Octets name) throws IOException {
        // RFC 5321 §4.1.4: a new EHLO ends the mail transaction.
        dropMessage();
        helo = name.slice(0, Math.min(name.length(), MAX_COMMAND)).utf8();
        return answer(CommandCode.HELO);
    }

    private boolean mail(MilterCommand.Mail mail) throws IOException {
        closeMessage();
        macros.dropBehindMail();
        MilterCommand.Connect from = client;
        if (from == null || length(mail.address(), mail.parameters()) > MAX_COMMAND) {
            message = CurrentMessage.refused(settings);
            return outOfOrder(CommandCode.MAIL);
        }
        Envelope envelope = new Envelope(
                from.address(),
                from.hostName().utf8(),
                helo,
                mail.address().utf8(),
                mail.parameters().stream().map(Octets::utf8).toList(),
                macros.values());
        message = CurrentMessage.begin(filter, envelope, settings);
        return answer(CommandCode.MAIL);
    }

    private boolean recipient(MilterCommand.Recipient recipient) throws IOException {
        CurrentMessage open = message;
        if (open == null || !open.isInEnvelope() || length(recipient.address(), recipient.parameters()) > MAX_COMMAND) {
            return outOfOrder(CommandCode.RECIPIENT);
        }
        // So a recipient is marked that the mail server has refused and only tells us about.
        boolean rejected = macros.has(CommandCode.RECIPIENT, "rcpt_mailer", "error");
        macros.dropStage(CommandCode.RECIPIENT);
        if (!rejected) {
            open.recipient(withoutBrackets(recipient.address().utf8()));
        }
        return answer(CommandCode.RECIPIENT);
    }

    private boolean data() throws IOException {
        CurrentMessage open = message;
        return (open != null && open.isInEnvelope()) ? answer(CommandCode.DATA) : outOfOrder(CommandCode.DATA);
    }

    private boolean header(MilterCommand.Header header) throws IOException {
        CurrentMessage open = message;
        return (open != null && open.header(field(header)))
                ? answer(CommandCode.HEADER)
                : outOfOrder(CommandCode.HEADER);
    }

    private HeaderField field(MilterCommand.Header header) {
        if (negotiation.keepsLeadingSpace()) {
            return HeaderField.of(header.name(), header.value());
        }
        // The mail server has cut off one space if there was one. Nearly always there was.
        ByteArrayOutputStream value =
                new ByteArrayOutputStream(1 + header.value().length());
        value.write(' ');
        header.value().appendTo(value);
        return HeaderField.of(header.name(), Octets.wrap(value.toByteArray()));
    }

    private boolean endOfHeaders() throws IOException {
        CurrentMessage open = message;
        return (open != null && open.endOfHeaders())
                ? answer(CommandCode.END_OF_HEADERS)
                : outOfOrder(CommandCode.END_OF_HEADERS);
    }

    private boolean body(ByteBuffer octets) throws IOException {
        CurrentMessage open = message;
        if (open == null) {
            return outOfOrder(CommandCode.BODY);
        }
        open.body(octets);
        return answer(CommandCode.BODY);
    }

    private boolean endOfBody(ByteBuffer octets) throws IOException {
        CurrentMessage open = message;
        if (open == null) {
            return outOfOrder(CommandCode.END_OF_BODY);
        }
        open.body(octets);
        List<MilterReply> conclusion;
        ProgressSender pulse = ProgressSender.start(
                replies,
                settings.progressInterval(),
                open.decisionTimeout(),
                macros.values().queueId().orElse("-"));
        try {
            conclusion = open.conclude(macros.values(), renderer, pulse::claimReply);
        } finally {
            pulse.stop();
        }
        try {
            if (!pulse.hasDeferred()) {
                replies.send(conclusion);
            }
        } finally {
            dropMessage();
        }
        return true;
    }

    /** Replies if a reply is due; a refusal, where the message has one, and then the message is over. */
    private boolean answer(CommandCode command) throws IOException {
        if (negotiation.expectsReplyTo(command)) {
            if (message != null && message.isRefusedByFilter() && command != CommandCode.RECIPIENT) {
                replies.send(message.conclude(macros.values(), renderer, () -> true));
                dropMessage();
                return true;
            }
            Optional<MilterReply> refusal = message == null ? Optional.empty() : message.refusal();
            replies.send(List.of(refusal.orElseGet(MilterReply.Continue::new)));
            // The refusal of a recipient is about that recipient only; the message lives on, for others.
            if (refusal.isPresent() && command != CommandCode.RECIPIENT) {
                dropMessage();
            }
        }
        return true;
    }

    private boolean outOfOrder(CommandCode command) throws IOException {
        errors++;
        LOG.log(System.Logger.Level.DEBUG, () -> "out of order: " + command + ", error " + errors);
        refuse(command);
        if (errors < settings.mostErrors()) {
            return true;
        }
        LOG.log(System.Logger.Level.DEBUG, "closing a connection after too many commands out of order");
        return false;
    }

    /** Gives up the message under way, and tells the mail server at once if it waits for a reply to this command. */
    void refuse(CommandCode command) throws IOException {
        if (message != null) {
            message.refuse(new MilterReply.TempFail());
        }
        if (negotiation.expectsReplyTo(command)) {
            replies.send(List.of(new MilterReply.TempFail()));
            if (command != CommandCode.RECIPIENT) {
                dropMessage();
            }
        }
    }

    /**
     * Gives up the message under way, of which a part could not be kept; false outside a message, which ends the
     * connection.
     */
    boolean overloaded(CommandCode command) throws IOException {
        CurrentMessage open = message;
        if (open == null) {
            return false;
        }
        open.refuse(OVERLOADED);
        return answer(command);
    }

    private void dropMessage() {
        closeMessage();
        macros.dropMessage();
    }

    private void closeMessage() {
        CurrentMessage open = message;
        message = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        closeMessage();
    }

    private static String withoutBrackets(String address) {
        return address.startsWith("<") && address.endsWith(">") && address.length() > 1
                ? address.substring(1, address.length() - 1)
                : address;
    }

    private static long length(Octets address, List<Octets> parameters) {
        long length = address.length();
        for (Octets parameter : parameters) {
            length += parameter.length() + 1;
        }
        return length;
    }
}
