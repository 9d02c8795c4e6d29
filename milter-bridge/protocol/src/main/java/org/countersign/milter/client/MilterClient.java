package org.countersign.milter.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MacroStage;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.Packet;
import org.countersign.milter.wire.PacketReader;
import org.countersign.milter.wire.PacketWriter;
import org.countersign.milter.wire.ProtocolOption;
import org.countersign.milter.wire.ReplyCodec;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * The mail server's side of one milter connection. It connects, negotiates, and sends any number of messages to the
 * filter. Blocking, for one thread. It checks replies as strictly as Postfix does.
 */
public final class MilterClient implements AutoCloseable {
    private static final int CHUNK = 65_535;

    private final SocketChannel channel;
    private final PacketReader reader;
    private final PacketWriter writer;
    private final MilterReply.Negotiated agreed;
    private final MacroSource macros;
    private Map<String, String> sessionMacros = Map.of();

    private MilterClient(SocketChannel channel, MtaOffer offer) throws IOException {
        this.channel = channel;
        this.reader = new PacketReader(channel);
        this.writer = new PacketWriter(channel);
        writer.sendCommands(
                List.of(new MilterCommand.OptionNegotiation(offer.version(), offer.actions(), offer.protocol())));
        if (!(receive() instanceof MilterReply.Negotiated answer)) {
            throw new ProtocolException("the filter does not reply to the negotiation");
        }
        if (answer.version() > offer.version()
                || (answer.actions() & ~offer.actions()) != 0
                || (answer.protocol() & ~offer.protocol()) != 0) {
            throw new ProtocolException("the filter requests more than was offered");
        }
        this.agreed = answer;
        this.macros = new MacroSource(answer);
    }

    /**
     * Connects to a filter and negotiates.
     *
     * @throws IOException if there is no filter at the address, or it violates the protocol
     */
    public static MilterClient connect(ListenAddress address, MtaOffer offer) throws IOException {
        SocketAddress resolved = address.resolve();
        SocketChannel channel = SocketChannel.open(resolved);
        try {
            if (resolved instanceof InetSocketAddress) {
                // Macros and their command are two short writes; the second must not wait for an acknowledgment.
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            return new MilterClient(channel, offer);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The filter's reply to the offer. */
    public MilterReply.Negotiated agreed() {
        return agreed;
    }

    /**
     * Begins an SMTP session with CONNECT and HELO. Call it once.
     *
     * @return the first reply other than CONTINUE; empty if there was none
     * @throws IOException if the filter closes the connection or violates the protocol
     */
    public Optional<MilterReply> greet(MtaSession session) throws IOException {
        sessionMacros = session.macros();
        sendMacros(CommandCode.CONNECT, MacroStage.CONNECT, sessionMacros);
        Optional<MilterReply> objection = replyOtherThanContinue(
                CommandCode.CONNECT,
                new MilterCommand.Connect(Octets.utf8(session.clientName()), session.clientAddress()));
        if (objection.isPresent()) {
            return objection;
        }
        sendMacros(CommandCode.HELO, MacroStage.HELO, sessionMacros);
        return replyOtherThanContinue(CommandCode.HELO, new MilterCommand.Helo(Octets.utf8(session.helo())));
    }

    /**
     * Sends a message to the filter, and ends it with ABORT as Postfix does.
     *
     * @throws IOException if the filter closes the connection or violates the protocol
     */
    public FilterOutcome deliver(MtaMessage message) throws IOException {
        Map<String, String> values = new HashMap<>(sessionMacros);
        values.putAll(message.macros());
        Optional<MilterReply> objection = envelope(message, values);
        if (objection.isEmpty()) {
            objection = header(message, values);
        }
        if (objection.isEmpty()) {
            objection = body(message, values);
        }
        FilterOutcome outcome = objection.isPresent()
                ? new FilterOutcome(objection.get(), List.of(), 0, message.fields())
                : endOfMessage(message, values);
        writer.sendCommands(List.of(new MilterCommand.Abort()));
        return outcome;
    }

    private Optional<MilterReply> envelope(MtaMessage message, Map<String, String> values) throws IOException {
        Map<String, String> beforeQueueId = new HashMap<>(values);
        beforeQueueId.remove("i");
        sendMacros(CommandCode.MAIL, MacroStage.MAIL, beforeQueueId);
        Optional<MilterReply> objection = replyOtherThanContinue(
                CommandCode.MAIL, new MilterCommand.Mail(Octets.utf8("<" + message.mailFrom() + ">"), List.of()));
        for (String recipient : message.recipients()) {
            if (objection.isPresent()) {
                return objection;
            }
            sendMacros(CommandCode.RECIPIENT, MacroStage.RECIPIENT, values);
            objection = replyOtherThanContinue(
                    CommandCode.RECIPIENT, new MilterCommand.Recipient(Octets.utf8("<" + recipient + ">"), List.of()));
        }
        if (objection.isEmpty() && agreed.version() >= 4 && !ProtocolOption.NO_DATA.isIn(agreed.protocol())) {
            sendMacros(CommandCode.DATA, MacroStage.DATA, values);
            objection = replyOtherThanContinue(CommandCode.DATA, new MilterCommand.Data());
        }
        return objection;
    }

    private Optional<MilterReply> header(MtaMessage message, Map<String, String> values) throws IOException {
        for (HeaderField field : message.fields()) {
            sendMacros(CommandCode.HEADER, MacroStage.END_OF_HEADERS, values);
            Optional<MilterReply> objection = replyOtherThanContinue(
                    CommandCode.HEADER, new MilterCommand.Header(Octets.latin1(field.name()), value(field)));
            if (objection.isPresent()) {
                return objection;
            }
        }
        sendMacros(CommandCode.END_OF_HEADERS, MacroStage.END_OF_HEADERS, values);
        return replyOtherThanContinue(CommandCode.END_OF_HEADERS, new MilterCommand.EndOfHeaders());
    }

    /** A value as Postfix sends it: with folds as LF, and without one leading space unless the filter wants it. */
    private Octets value(HeaderField field) {
        Octets value = Octets.latin1(field.value().latin1().replace("\r\n", "\n"));
        boolean dropSpace = !keepsLeadingSpace() && !value.isEmpty() && value.at(0) == ' ';
        return dropSpace ? value.from(1) : value;
    }

    private Optional<MilterReply> body(MtaMessage message, Map<String, String> values) throws IOException {
        for (int from = 0; from < message.body().length(); from += CHUNK) {
            int to = Math.min(from + CHUNK, message.body().length());
            sendMacros(CommandCode.BODY, MacroStage.END_OF_MESSAGE, values);
            Optional<MilterReply> reply = replyOtherThanContinue(
                    CommandCode.BODY,
                    new MilterCommand.Body(
                            ByteBuffer.wrap(message.body().slice(from, to).toByteArray())));
            if (reply.isPresent()) {
                return reply.filter(objection -> !(objection instanceof MilterReply.Skip));
            }
        }
        return Optional.empty();
    }

    private FilterOutcome endOfMessage(MtaMessage message, Map<String, String> values) throws IOException {
        sendMacros(CommandCode.END_OF_BODY, MacroStage.END_OF_MESSAGE, values);
        writer.sendCommands(List.of(new MilterCommand.EndOfBody(ByteBuffer.allocate(0))));
        List<MilterReply> modifications = new ArrayList<>();
        int progress = 0;
        MilterReply reply = receive();
        while (!reply.isFinal()) {
            if (reply instanceof MilterReply.Progress) {
                progress++;
            } else {
                modifications.add(reply);
            }
            reply = receive();
        }
        return new FilterOutcome(
                reply,
                modifications,
                progress,
                FilterOutcome.edited(message.fields(), modifications, keepsLeadingSpace()));
    }

    private boolean keepsLeadingSpace() {
        return ProtocolOption.HEADER_LEADING_SPACE.isIn(agreed.protocol());
    }

    private void sendMacros(CommandCode command, MacroStage stage, Map<String, String> values) throws IOException {
        writer.sendCommands(List.of(macros.before(command, stage, values)));
    }

    /** Sends a command, waits for the reply if one is expected, and returns it unless it is CONTINUE. */
    private Optional<MilterReply> replyOtherThanContinue(CommandCode code, MilterCommand command) throws IOException {
        writer.sendCommands(List.of(command));
        if (!ProtocolOption.expectsReply(code, agreed.protocol())) {
            return Optional.empty();
        }
        MilterReply reply = receive();
        while (reply instanceof MilterReply.Progress) {
            reply = receive();
        }
        if (!reply.isFinal()) {
            throw new ProtocolException("the filter modifies a message before its end");
        }
        return reply instanceof MilterReply.Continue ? Optional.empty() : Optional.of(reply);
    }

    private MilterReply receive() throws IOException {
        return switch (reader.next()) {
            case Packet.Frame frame -> checked(ReplyCodec.decode(frame));
            case Packet.Part part -> throw new IllegalStateException("a reply is read as a whole");
            case Packet.End(boolean withinPacket) ->
                throw new EOFException("the filter closed the connection" + (withinPacket ? " within a packet" : ""));
            case Packet.NoRoom none ->
                throw new ProtocolException("the filter sent a packet that there is no memory for");
            case Packet.BadLength(long length) ->
                throw new ProtocolException("the filter sent a packet of length " + length);
        };
    }

    private static MilterReply checked(MilterReply reply) throws IOException {
        if (reply instanceof MilterReply.Malformed(int octet, var problem)) {
            String code = Ascii.isVisible(octet) ? Character.toString(octet) : "0x" + Integer.toHexString(octet);
            throw new ProtocolException("the filter sent a malformed reply " + code + ": " + problem);
        }
        return reply;
    }

    /** Sends QUIT if the filter is still connected, and closes the connection. */
    @Override
    public void close() throws IOException {
        try (channel) {
            writer.sendCommands(List.of(new MilterCommand.Quit()));
        } catch (IOException gone) {
            // The filter has closed the connection already.
            return;
        }
    }
}
