package org.countersign.milter.wire;

import java.nio.ByteBuffer;
import java.util.List;
import org.countersign.syntax.Octets;

/** A command of a mail server to a filter. Texts are octets without the terminating NUL. */
public sealed interface MilterCommand {
    /**
     * The offer of a mail server. The masks have the bits of {@link Action} and {@link ProtocolOption}, and perhaps
     * unknown ones.
     */
    record OptionNegotiation(int version, int actions, int protocol) implements MilterCommand {}

    /**
     * Macros for the next command.
     *
     * @param command the octet of that command, known or not
     */
    record Macros(int command, List<Macro> macros) implements MilterCommand {
        public Macros {
            macros = List.copyOf(macros);
        }
    }

    /** One macro. The name is as sent: a letter or a word, with or without braces. */
    record Macro(Octets name, Octets value) {}

    /** An SMTP client connected; {@code hostName} is its address in brackets if it has no name. */
    record Connect(Octets hostName, ClientAddress address) implements MilterCommand {}

    record Helo(Octets name) implements MilterCommand {}

    /** The sender as in the SMTP command, with or without angle brackets, and the ESMTP parameters. */
    record Mail(Octets address, List<Octets> parameters) implements MilterCommand {
        public Mail {
            parameters = List.copyOf(parameters);
        }
    }

    /** A recipient, with or without angle brackets, and the ESMTP parameters. */
    record Recipient(Octets address, List<Octets> parameters) implements MilterCommand {
        public Recipient {
            parameters = List.copyOf(parameters);
        }
    }

    record Data() implements MilterCommand {}

    /**
     * One header field.
     *
     * @param value with folds as LF; includes the white space after the colon if {@link
     *     ProtocolOption#HEADER_LEADING_SPACE} was negotiated
     */
    record Header(Octets name, Octets value) implements MilterCommand {}

    record EndOfHeaders() implements MilterCommand {}

    /**
     * A piece of the body.
     *
     * @param octets a buffer with an accessible array. If it was read from a connection, it shares the buffer of the
     *     connection and is valid until the next packet is read.
     */
    record Body(ByteBuffer octets) implements MilterCommand {}

    /**
     * The end of the message.
     *
     * @param octets the last piece of the body, usually empty; valid as long as {@link Body#octets}
     */
    record EndOfBody(ByteBuffer octets) implements MilterCommand {}

    record Abort() implements MilterCommand {}

    record Quit() implements MilterCommand {}

    record QuitNewConnection() implements MilterCommand {}

    record UnknownSmtpCommand(Octets line) implements MilterCommand {}

    /**
     * A packet that is not a command.
     *
     * @param octet the first octet of the packet
     */
    record Malformed(int octet, ProtocolProblem problem) implements MilterCommand {}
}
