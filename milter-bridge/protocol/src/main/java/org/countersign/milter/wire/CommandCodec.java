package org.countersign.milter.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Octets;

/** Encodes and decodes the commands of a mail server. */
public final class CommandCodec {
    private static final int FAMILY_UNKNOWN = 'U';
    private static final int FAMILY_LOCAL = 'L';
    private static final int FAMILY_IPV4 = '4';
    private static final int FAMILY_IPV6 = '6';

    private CommandCodec() {}

    /** Whether a packet with this first octet is a command whose data is a piece of the body. */
    public static boolean hasBody(int octet) {
        return octet == CommandCode.BODY.octet() || octet == CommandCode.END_OF_BODY.octet();
    }

    /** Decodes a packet; a packet that is not a command becomes {@link MilterCommand.Malformed}. */
    public static MilterCommand decode(Packet.Frame packet) {
        Optional<CommandCode> code = CommandCode.of(packet.octet());
        if (code.isEmpty()) {
            return new MilterCommand.Malformed(packet.octet(), ProtocolProblem.UNKNOWN_CODE);
        }
        try {
            return decode(code.get(), new PacketFields(packet.data()));
        } catch (PacketFields.Problem problem) {
            return new MilterCommand.Malformed(packet.octet(), problem.problem());
        }
    }

    private static MilterCommand decode(CommandCode code, PacketFields fields) throws PacketFields.Problem {
        // Data after a command without arguments is ignored, as in libmilter: it cannot be misread.
        return switch (code) {
            case OPTION_NEGOTIATION -> new MilterCommand.OptionNegotiation(fields.u32(), fields.u32(), fields.u32());
            case MACROS -> macros(fields);
            case CONNECT -> connect(fields);
            case HELO -> new MilterCommand.Helo(fields.text());
            case MAIL -> new MilterCommand.Mail(fields.text(), fields.texts());
            case RECIPIENT -> new MilterCommand.Recipient(fields.text(), fields.texts());
            case DATA -> new MilterCommand.Data();
            // A NUL in the message can occur only within the value, where it is kept.
            case HEADER -> new MilterCommand.Header(fields.text(), fields.lastText());
            case END_OF_HEADERS -> new MilterCommand.EndOfHeaders();
            case BODY -> new MilterCommand.Body(fields.rest());
            case END_OF_BODY -> new MilterCommand.EndOfBody(fields.rest());
            case ABORT -> new MilterCommand.Abort();
            case QUIT -> new MilterCommand.Quit();
            case QUIT_NEW_CONNECTION -> new MilterCommand.QuitNewConnection();
            case UNKNOWN_SMTP_COMMAND -> new MilterCommand.UnknownSmtpCommand(fields.lastText());
        };
    }

    private static MilterCommand macros(PacketFields fields) throws PacketFields.Problem {
        int command = fields.octet();
        List<MilterCommand.Macro> macros = new ArrayList<>();
        while (fields.remaining() > 0) {
            PacketFields.require(macros.size() < PacketFields.MAX_TEXTS / 2, ProtocolProblem.TOO_MANY_TEXTS);
            Octets name = fields.text();
            // A name without a value is ignored.
            if (fields.remaining() > 0) {
                macros.add(new MilterCommand.Macro(name, fields.text()));
            }
        }
        return new MilterCommand.Macros(command, macros);
    }

    private static MilterCommand connect(PacketFields fields) throws PacketFields.Problem {
        Octets hostName = fields.text();
        int family = fields.octet();
        if (family != FAMILY_LOCAL && family != FAMILY_IPV4 && family != FAMILY_IPV6) {
            return new MilterCommand.Connect(
                    hostName, family == FAMILY_UNKNOWN ? new ClientAddress.Unknown() : new ClientAddress.Unusable());
        }
        int port = fields.u16();
        String address = fields.text().utf8();
        return new MilterCommand.Connect(
                hostName,
                family == FAMILY_LOCAL ? new ClientAddress.Local(address) : ClientAddress.parseIp(address, port));
    }

    static void encode(MilterCommand command, PacketBuilder out) {
        switch (command) {
            case MilterCommand.OptionNegotiation(int version, int actions, int protocol) ->
                begin(CommandCode.OPTION_NEGOTIATION, out)
                        .u32(version)
                        .u32(actions)
                        .u32(protocol);
            case MilterCommand.Macros(int of, List<MilterCommand.Macro> macros) -> {
                begin(CommandCode.MACROS, out).octet(of);
                macros.forEach(macro -> out.text(macro.name()).text(macro.value()));
            }
            case MilterCommand.Connect(Octets hostName, ClientAddress address) -> {
                begin(CommandCode.CONNECT, out).text(hostName);
                encode(address, out);
            }
            case MilterCommand.Helo(Octets name) -> begin(CommandCode.HELO, out).text(name);
            case MilterCommand.Mail(Octets address, List<Octets> parameters) -> {
                begin(CommandCode.MAIL, out).text(address);
                parameters.forEach(out::text);
            }
            case MilterCommand.Recipient(Octets address, List<Octets> parameters) -> {
                begin(CommandCode.RECIPIENT, out).text(address);
                parameters.forEach(out::text);
            }
            case MilterCommand.Header(Octets name, Octets value) ->
                begin(CommandCode.HEADER, out).text(name).text(value);
            case MilterCommand.Body(ByteBuffer octets) ->
                begin(CommandCode.BODY, out).raw(octets);
            case MilterCommand.EndOfBody(ByteBuffer octets) ->
                begin(CommandCode.END_OF_BODY, out).raw(octets);
            case MilterCommand.UnknownSmtpCommand(Octets line) ->
                begin(CommandCode.UNKNOWN_SMTP_COMMAND, out).text(line);
            case MilterCommand.Data() -> begin(CommandCode.DATA, out);
            case MilterCommand.EndOfHeaders() -> begin(CommandCode.END_OF_HEADERS, out);
            case MilterCommand.Abort() -> begin(CommandCode.ABORT, out);
            case MilterCommand.Quit() -> begin(CommandCode.QUIT, out);
            case MilterCommand.QuitNewConnection() -> begin(CommandCode.QUIT_NEW_CONNECTION, out);
            case MilterCommand.Malformed(int octet, ProtocolProblem problem) ->
                throw new IllegalArgumentException("not a command: " + octet + ", " + problem);
        }
        out.end();
    }

    private static void encode(ClientAddress address, PacketBuilder out) {
        switch (address) {
            case ClientAddress.Ip ip -> {
                String literal = ip.address().getHostAddress();
                out.octet(literal.indexOf(':') < 0 ? FAMILY_IPV4 : FAMILY_IPV6)
                        .u16(ip.port())
                        .text(Octets.latin1(literal));
            }
            case ClientAddress.Local local -> out.octet(FAMILY_LOCAL).u16(0).text(Octets.utf8(local.path()));
            case ClientAddress.Unknown() -> out.octet(FAMILY_UNKNOWN);
            case ClientAddress.Unusable() -> out.octet(FAMILY_IPV4).u16(0).text(Octets.EMPTY);
        }
    }

    private static PacketBuilder begin(CommandCode code, PacketBuilder out) {
        return out.begin(code.octet());
    }

    /**
     * Encodes a command as a packet, including the length.
     *
     * @throws IllegalArgumentException for {@link MilterCommand.Malformed}
     */
    public static byte[] encode(MilterCommand command) {
        PacketBuilder out = new PacketBuilder();
        encode(command, out);
        return out.toByteArray();
    }
}
