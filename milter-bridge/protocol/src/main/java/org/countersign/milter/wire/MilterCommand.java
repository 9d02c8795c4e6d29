package org.countersign.milter.wire;

import java.nio.ByteBuffer;
import java.util.List;
import org.countersign.syntax.Octets;

/** What a mail server says to a filter. Texts are octets without the NUL at their end. */
public sealed interface MilterCommand {
    /**
     * The offer of a mail server; bits are those of {@link Action} and {@link ProtocolOption}, unknown
     * ones included.
     */
    record OptionNegotiation(int version, int actions, int protocol) implements MilterCommand {}

    /**
     * Macros for a command to come.
     *
     * @param command the octet of that command, which need not be a known one
     */
    record Macros(int command, List<Macro> macros) implements MilterCommand {
        public Macros {
            macros = List.copyOf(macros);
        }
    }

    /** One macro, its name as sent: a single letter or a word, in braces or bare. */
    record Macro(Octets name, Octets value) {}

    /** An SMTP client; {@code hostName} is its address in brackets where it has no name. */
    record Connect(Octets hostName, ClientAddress address) implements MilterCommand {}

    record Helo(Octets name) implements MilterCommand {}

    /** The sender as in the SMTP command, in angle brackets or not, and the ESMTP parameters. */
    record Mail(Octets address, List<Octets> parameters) implements MilterCommand {
        public Mail {
            parameters = List.copyOf(parameters);
        }
    }

    /** A recipient, in angle brackets or not, and the ESMTP parameters. */
    record Recipient(Octets address, List<Octets> parameters) implements MilterCommand {
        public Recipient {
            parameters = List.copyOf(parameters);
        }
    }

    record Data() implements MilterCommand {}

    /**
     * One header field.
     *
     * @param value folds as LF; begins with the white space behind the colon where {@link
     *     ProtocolOption#HEADER_LEADING_SPACE} was agreed on
     */
    record Header(Octets name, Octets value) implements MilterCommand {}

    record EndOfHeaders() implements MilterCommand {}

    /**
     * A piece of the body.
     *
     * @param octets has an accessible array; when it was read from a connection, a window on the
     *     connection's buffer, good until the next packet is read
     */
    record Body(ByteBuffer octets) implements MilterCommand {}

    /**
     * The end of the message.
     *
     * @param octets a last piece of the body, mostly empty; otherwise like {@link Body#octets}
     */
    record EndOfBody(ByteBuffer octets) implements MilterCommand {}

    record Abort() implements MilterCommand {}

    record Quit() implements MilterCommand {}

    record QuitNewConnection() implements MilterCommand {}

    record UnknownSmtpCommand(Octets line) implements MilterCommand {}

    /**
     * A packet that is no command.
     *
     * @param octet the octet that led the packet
     */
    record Malformed(int octet, ProtocolProblem problem) implements MilterCommand {}
}
