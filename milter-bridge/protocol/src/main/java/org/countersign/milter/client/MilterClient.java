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
 * A mail server's end of one milter connection: connects, negotiates, and takes any number of messages
 * through the filter. Blocking, for one thread; as strict about replies as Postfix.
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
            throw new ProtocolException("the filter does not answer the negotiation");
        }
        if (answer.version() > offer.version()
                || (answer.actions() & ~offer.actions()) != 0
                || (answer.protocol() & ~offer.protocol()) != 0) {
            throw new ProtocolException("the filter asks for more than was offered");
        }
        this.agreed = answer;
        this.macros = new MacroSource(answer);
    }

    /**
     * Connects to a filter and negotiates.
     *
     * @throws IOException when nobody answers there, or not as a filter does
     */
    public static MilterClient connect(ListenAddress address, MtaOffer offer) throws IOException {
        SocketAddress resolved = address.resolve();
        SocketChannel channel = SocketChannel.open(resolved);
        try {
            if (resolved instanceof InetSocketAddress) {
                // Macros and their command are two short writes; the second should not wait for an answer.
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            return new MilterClient(channel, offer);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The filter's answer to the offer. */
    public MilterReply.Negotiated agreed() {
        return agreed;
    }

    /**
     * Begins an SMTP session. Call it once.
     *
     * @return the first reply other than CONTINUE, if there was one
     * @throws IOException when the filter hangs up or breaks the protocol
     */
    public Optional<MilterReply> greet(MtaSession session) throws IOException {
        sessionMacros = session.macros();
        sendMacros(CommandCode.CONNECT, MacroStage.CONNECT, sessionMacros);
        Optional<MilterReply> objection = objectionTo(
                CommandCode.CONNECT,
                new MilterCommand.Connect(Octets.utf8(session.clientName()), session.clientAddress()));
        if (objection.isPresent()) {
            return objection;
        }
        sendMacros(CommandCode.HELO, MacroStage.HELO, sessionMacros);
        return objectionTo(CommandCode.HELO, new MilterCommand.Helo(Octets.utf8(session.helo())));
    }

    /**
     * Takes a message through the filter, and ends it with ABORT as Postfix does.
     *
     * @throws IOException when the filter hangs up or breaks the protocol
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
        Optional<MilterReply> objection = objectionTo(
                CommandCode.MAIL, new MilterCommand.Mail(Octets.utf8("<" + message.mailFrom() + ">"), List.of()));
        for (String recipient : message.recipients()) {
            if (objection.isPresent()) {
                return objection;
            }
            sendMacros(CommandCode.RECIPIENT, MacroStage.RECIPIENT, values);
            objection = objectionTo(
                    CommandCode.RECIPIENT, new MilterCommand.Recipient(Octets.utf8("<" + recipient + ">"), List.of()));
        }
        if (objection.isEmpty() && agreed.version() >= 4 && !ProtocolOption.NO_DATA.isIn(agreed.protocol())) {
            sendMacros(CommandCode.DATA, MacroStage.DATA, values);
            objection = objectionTo(CommandCode.DATA, new MilterCommand.Data());
        }
        return objection;
    }

    private Optional<MilterReply> header(MtaMessage message, Map<String, String> values) throws IOException {
        for (HeaderField field : message.fields()) {
            sendMacros(CommandCode.HEADER, MacroStage.END_OF_HEADERS, values);
            Optional<MilterReply> objection = objectionTo(
                    CommandCode.HEADER, new MilterCommand.Header(Octets.latin1(field.name()), value(field)));
            if (objection.isPresent()) {
                return objection;
            }
        }
        sendMacros(CommandCode.END_OF_HEADERS, MacroStage.END_OF_HEADERS, values);
        return objectionTo(CommandCode.END_OF_HEADERS, new MilterCommand.EndOfHeaders());
    }

    /** A value as Postfix sends it: folds as LF, one leading space cut off unless the filter wants it. */
    private Octets value(HeaderField field) {
        Octets value = Octets.latin1(field.value().latin1().replace("\r\n", "\n"));
        boolean cut = !keepsLeadingSpace() && !value.isEmpty() && value.at(0) == ' ';
        return cut ? value.from(1) : value;
    }

    private Optional<MilterReply> body(MtaMessage message, Map<String, String> values) throws IOException {
        for (int from = 0; from < message.body().length(); from += CHUNK) {
            int to = Math.min(from + CHUNK, message.body().length());
            sendMacros(CommandCode.BODY, MacroStage.END_OF_MESSAGE, values);
            Optional<MilterReply> reply = objectionTo(
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

    /** Sends a command and waits for the reply, if one is due; the reply, unless it is CONTINUE. */
    private Optional<MilterReply> objectionTo(CommandCode code, MilterCommand command) throws IOException {
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
            case Packet.End(boolean withinPacket) ->
                throw new EOFException("the filter closed the connection" + (withinPacket ? " within a packet" : ""));
            case Packet.NoRoom none ->
                throw new ProtocolException("the filter sent a packet that there is no room for");
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

    /** Says QUIT, if the filter is still there to hear it, and closes the connection. */
    @Override
    public void close() throws IOException {
        try (channel) {
            writer.sendCommands(List.of(new MilterCommand.Quit()));
        } catch (IOException gone) {
            // It had closed the connection first, which is what we are about to do.
            return;
        }
    }
}
