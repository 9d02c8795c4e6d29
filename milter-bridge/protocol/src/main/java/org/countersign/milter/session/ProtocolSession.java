package org.countersign.milter.session;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.ReplyText;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a connection after its negotiation: one or more SMTP sessions, each with a client and its messages.
 * Mail servers omit different commands. Sendmail, for example, sends no ABORT after a refusal or before the next MAIL.
 * So a message also ends when the next one, or the next SMTP session, begins.
 */
final class ProtocolSession implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ProtocolSession.class.getName());

    // An SMTP command line has at most 512 octets, and more with extensions (RFC 5321 §4.5.3.1). Mail servers
    // truncate it at about 2048.
    private static final int MAX_COMMAND = 8192;

    // A domain name has at most 255 octets. Longer names are invalid in any case, and are kept by each idle connection.
    private static final int MAX_HOST_NAME = 1024;

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
            CapabilityWarnings warnings,
            ReplyChannel replies) {
        this.filter = filter;
        this.settings = settings;
        this.negotiation = negotiation;
        this.renderer = new DecisionRenderer(negotiation, warnings);
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

    /** Processes any command except the negotiation; false if the connection must be closed. */
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
                // Does not concern the message, whether it is refused or not.
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
            // Later messages would be attributed to the wrong client.
            refuse(CommandCode.CONNECT);
            return false;
        }
        client = new MilterCommand.Connect(shortened(connect.hostName()), shortened(connect.address()));
        return reply(CommandCode.CONNECT);
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
        helo = shortened(name).utf8();
        return reply(CommandCode.HELO);
    }

    private boolean mail(MilterCommand.Mail mail) throws IOException {
        closeMessage();
        macros.dropAfterMail();
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
                texts(mail.parameters()),
                macros.values());
        message = CurrentMessage.begin(filter, envelope, settings);
        return reply(CommandCode.MAIL);
    }

    private static List<String> texts(List<Octets> values) {
        List<String> texts = new ArrayList<>(values.size());
        for (Octets value : values) {
            texts.add(value.utf8());
        }
        return texts;
    }

    private boolean recipient(MilterCommand.Recipient recipient) throws IOException {
        CurrentMessage open = message;
        if (open == null || !open.isInEnvelope() || length(recipient.address(), recipient.parameters()) > MAX_COMMAND) {
            return outOfOrder(CommandCode.RECIPIENT);
        }
        // The mail server sends this value with a recipient that it has rejected itself.
        boolean rejected = macros.has(CommandCode.RECIPIENT, "rcpt_mailer", "error");
        macros.dropStage(CommandCode.RECIPIENT);
        if (!rejected) {
            open.recipient(withoutBrackets(recipient.address().utf8()));
        }
        return reply(CommandCode.RECIPIENT);
    }

    private boolean data() throws IOException {
        CurrentMessage open = message;
        return (open != null && open.isInEnvelope()) ? reply(CommandCode.DATA) : outOfOrder(CommandCode.DATA);
    }

    private boolean header(MilterCommand.Header header) throws IOException {
        CurrentMessage open = message;
        return (open != null && open.header(field(header)))
                ? reply(CommandCode.HEADER)
                : outOfOrder(CommandCode.HEADER);
    }

    private HeaderField field(MilterCommand.Header header) {
        if (negotiation.keepsLeadingSpace()) {
            return HeaderField.of(header.name(), header.value());
        }
        // The mail server has removed one leading space if there was one, as there nearly always is.
        ByteArrayOutputStream value =
                new ByteArrayOutputStream(1 + header.value().length());
        value.write(' ');
        header.value().appendTo(value);
        return HeaderField.of(header.name(), Octets.wrap(value.toByteArray()));
    }

    private boolean endOfHeaders() throws IOException {
        CurrentMessage open = message;
        return (open != null && open.endOfHeaders())
                ? reply(CommandCode.END_OF_HEADERS)
                : outOfOrder(CommandCode.END_OF_HEADERS);
    }

    private boolean body(ByteBuffer octets) throws IOException {
        CurrentMessage open = message;
        if (open == null) {
            return outOfOrder(CommandCode.BODY);
        }
        open.body(octets);
        return reply(CommandCode.BODY);
    }

    /** Adds a part of a piece of the body. The command itself, with the last part, follows and is answered. */
    void bodyPart(ByteBuffer octets) {
        if (message != null) {
            message.body(octets);
        }
    }

    private boolean endOfBody(ByteBuffer octets) throws IOException {
        CurrentMessage open = message;
        if (open == null) {
            return outOfOrder(CommandCode.END_OF_BODY);
        }
        open.body(octets);
        List<MilterReply> conclusion;
        ProgressSender progress = ProgressSender.start(
                replies,
                settings.progressInterval(),
                open.decisionTimeout(),
                macros.values().queueId().orElse("-"));
        try {
            conclusion = open.conclude(macros.values(), renderer, progress::claimReply);
        } finally {
            progress.stop();
        }
        try {
            if (!progress.hasDeferred()) {
                replies.send(conclusion);
            }
        } finally {
            dropMessage();
        }
        return true;
    }

    /** Sends a reply if one is expected. A refusal of the message ends it. */
    private boolean reply(CommandCode command) throws IOException {
        if (negotiation.expectsReplyTo(command)) {
            if (message != null && message.isRefusedByFilter() && command != CommandCode.RECIPIENT) {
                replies.send(message.conclude(macros.values(), renderer, () -> true));
                dropMessage();
                return true;
            }
            Optional<MilterReply> refusal = message == null ? Optional.empty() : message.refusal();
            replies.send(List.of(refusal.orElseGet(MilterReply.Continue::new)));
            // A refusal in reply to RCPT applies to this recipient only; the message continues for others.
            if (refusal.isPresent() && command != CommandCode.RECIPIENT) {
                dropMessage();
            }
        }
        return true;
    }

    private boolean outOfOrder(CommandCode command) throws IOException {
        errors++;
        LOG.log(System.Logger.Level.DEBUG, () -> "command out of order: " + command + ", error " + errors);
        refuse(command);
        if (errors < settings.maxErrors()) {
            return true;
        }
        LOG.log(System.Logger.Level.DEBUG, "closing a connection after too many commands out of order");
        return false;
    }

    /** Abandons the current message, and replies at once if the mail server waits for a reply to this command. */
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
     * Abandons the current message because a part of it was dropped; false if there is none, so that the connection
     * must be closed.
     */
    boolean overloaded(CommandCode command) throws IOException {
        CurrentMessage open = message;
        if (open == null) {
            return false;
        }
        open.refuse(OVERLOADED);
        return reply(command);
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

    private static Octets shortened(Octets name) {
        return name.length() <= MAX_HOST_NAME
                ? name
                : Octets.copyOf(name.slice(0, MAX_HOST_NAME).toByteArray());
    }

    private static ClientAddress shortened(ClientAddress address) {
        return address instanceof ClientAddress.Local(String path) && path.length() > MAX_HOST_NAME
                ? new ClientAddress.Local(path.substring(0, MAX_HOST_NAME))
                : address;
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
