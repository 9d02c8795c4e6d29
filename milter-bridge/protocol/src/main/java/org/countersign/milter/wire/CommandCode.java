package org.countersign.milter.wire;

import java.util.Optional;

/** The commands of a mail server, with the first octet of their packets. */
public enum CommandCode {
    /** {@code SMFIC_OPTNEG}: version and options, the first packet of every connection. */
    OPTION_NEGOTIATION('O'),
    /** {@code SMFIC_MACRO}: values of macros for the next command. */
    MACROS('D'),
    /** {@code SMFIC_CONNECT}: an SMTP client connected. */
    CONNECT('C'),
    /** {@code SMFIC_HELO}: HELO or EHLO. */
    HELO('H'),
    /** {@code SMFIC_MAIL}: MAIL FROM. */
    MAIL('M'),
    /** {@code SMFIC_RCPT}: RCPT TO. */
    RECIPIENT('R'),
    /** {@code SMFIC_DATA}: DATA, from version 4. */
    DATA('T'),
    /** {@code SMFIC_HEADER}: one header field. */
    HEADER('L'),
    /** {@code SMFIC_EOH}: the empty line after the header section. */
    END_OF_HEADERS('N'),
    /** {@code SMFIC_BODY}: a piece of the body. */
    BODY('B'),
    /** {@code SMFIC_BODYEOB}: the end of the message, with an optional last piece of its body. */
    END_OF_BODY('E'),
    /** {@code SMFIC_ABORT}: the message is abandoned; the SMTP session continues. */
    ABORT('A'),
    /** {@code SMFIC_QUIT}: the SMTP session and this connection end. */
    QUIT('Q'),
    /** {@code SMFIC_QUIT_NC}: the SMTP session ends; another one follows on this connection. */
    QUIT_NEW_CONNECTION('K'),
    /** {@code SMFIC_UNKNOWN}: an SMTP command that the mail server does not know, from version 3. */
    UNKNOWN_SMTP_COMMAND('U');

    private final int octet;

    CommandCode(char octet) {
        this.octet = octet;
    }

    public int octet() {
        return octet;
    }

    /** The command with this octet; empty for an unknown octet. */
    public static Optional<CommandCode> of(int octet) {
        for (CommandCode code : values()) {
            if (code.octet == octet) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }
}
