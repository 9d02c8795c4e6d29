package org.countersign.milter.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.syntax.Octets;

/** Creates commands of a mail server. */
public final class Commands {
    public static final int ALL_ACTIONS = 0x1FF;
    public static final int ALL_PROTOCOL = 0x1FFFFF;

    private Commands() {}

    public static MilterCommand offer(int version, int actions, int protocol) {
        return new MilterCommand.OptionNegotiation(version, actions, protocol);
    }

    /** CONNECT of a client at 192.0.2.1. */
    public static MilterCommand connect() {
        return new MilterCommand.Connect(Octets.latin1("client.example"), ClientAddress.parseIp("192.0.2.1", 2525));
    }

    public static MilterCommand helo(String name) {
        return new MilterCommand.Helo(Octets.utf8(name));
    }

    public static MilterCommand mail(String address, String... parameters) {
        return new MilterCommand.Mail(Octets.utf8(address), texts(parameters));
    }

    public static MilterCommand recipient(String address, String... parameters) {
        return new MilterCommand.Recipient(Octets.utf8(address), texts(parameters));
    }

    private static List<Octets> texts(String... texts) {
        return Arrays.stream(texts).map(Octets::utf8).toList();
    }

    /** Name and value as octets of ISO-8859-1. */
    public static MilterCommand header(String name, String value) {
        return new MilterCommand.Header(Octets.latin1(name), Octets.latin1(value));
    }

    public static MilterCommand endOfHeaders() {
        return new MilterCommand.EndOfHeaders();
    }

    public static MilterCommand body(String text) {
        return new MilterCommand.Body(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    public static MilterCommand endOfBody(String text) {
        return new MilterCommand.EndOfBody(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    public static MilterCommand macros(CommandCode command, String... namesAndValues) {
        List<MilterCommand.Macro> macros = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            macros.add(new MilterCommand.Macro(Octets.latin1(namesAndValues[i]), Octets.utf8(namesAndValues[i + 1])));
        }
        return new MilterCommand.Macros(command.octet(), macros);
    }
}
