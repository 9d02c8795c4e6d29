package org.countersign.milter.wire;

/** Commands that need not be sent or need no reply, and extensions: the {@code SMFIP_} bits of the negotiation. */
public enum ProtocolOption {
    /** {@code SMFIP_NOCONNECT}. */
    NO_CONNECT(0x000001),
    /** {@code SMFIP_NOHELO}. */
    NO_HELO(0x000002),
    /** {@code SMFIP_NOMAIL}. */
    NO_MAIL(0x000004),
    /** {@code SMFIP_NORCPT}. */
    NO_RECIPIENT(0x000008),
    /** {@code SMFIP_NOBODY}. */
    NO_BODY(0x000010),
    /** {@code SMFIP_NOHDRS}. */
    NO_HEADERS(0x000020),
    /** {@code SMFIP_NOEOH}. */
    NO_END_OF_HEADERS(0x000040),
    /** {@code SMFIP_NR_HDR}: no reply to a header field. */
    NO_REPLY_HEADER(0x000080),
    /** {@code SMFIP_NOUNKNOWN}. */
    NO_UNKNOWN(0x000100),
    /** {@code SMFIP_NODATA}. */
    NO_DATA(0x000200),
    /** {@code SMFIP_SKIP}: the filter may reply that it needs no more of the body. */
    SKIP(0x000400),
    /** {@code SMFIP_RCPT_REJ}: recipients that the mail server rejected are sent too. */
    REJECTED_RECIPIENTS(0x000800),
    /** {@code SMFIP_NR_CONN}. */
    NO_REPLY_CONNECT(0x001000),
    /** {@code SMFIP_NR_HELO}. */
    NO_REPLY_HELO(0x002000),
    /** {@code SMFIP_NR_MAIL}. */
    NO_REPLY_MAIL(0x004000),
    /** {@code SMFIP_NR_RCPT}. */
    NO_REPLY_RECIPIENT(0x008000),
    /** {@code SMFIP_NR_DATA}. */
    NO_REPLY_DATA(0x010000),
    /** {@code SMFIP_NR_UNKN}. */
    NO_REPLY_UNKNOWN(0x020000),
    /** {@code SMFIP_NR_EOH}. */
    NO_REPLY_END_OF_HEADERS(0x040000),
    /** {@code SMFIP_NR_BODY}. */
    NO_REPLY_BODY(0x080000),
    /** {@code SMFIP_HDR_LEADSPC}: header values include their leading white space, in both directions. */
    HEADER_LEADING_SPACE(0x100000);

    private final int bit;

    ProtocolOption(int bit) {
        this.bit = bit;
    }

    public int bit() {
        return bit;
    }

    /** Whether the bit of this option is set in a mask. */
    public boolean isIn(int mask) {
        return (mask & bit) != 0;
    }

    /** The mask with the bits of these options. */
    public static int mask(ProtocolOption... options) {
        int mask = 0;
        for (ProtocolOption option : options) {
            mask |= option.bit;
        }
        return mask;
    }

    /**
     * Whether a mail server waits for a reply to a command, given the negotiated bits. The reply to the negotiation
     * itself does not count.
     */
    public static boolean expectsReply(CommandCode command, int protocol) {
        return switch (command) {
            case CONNECT -> !NO_REPLY_CONNECT.isIn(protocol);
            case HELO -> !NO_REPLY_HELO.isIn(protocol);
            case MAIL -> !NO_REPLY_MAIL.isIn(protocol);
            case RECIPIENT -> !NO_REPLY_RECIPIENT.isIn(protocol);
            case DATA -> !NO_REPLY_DATA.isIn(protocol);
            case HEADER -> !NO_REPLY_HEADER.isIn(protocol);
            case END_OF_HEADERS -> !NO_REPLY_END_OF_HEADERS.isIn(protocol);
            case BODY -> !NO_REPLY_BODY.isIn(protocol);
            case UNKNOWN_SMTP_COMMAND -> !NO_REPLY_UNKNOWN.isIn(protocol);
            case END_OF_BODY -> true;
            case OPTION_NEGOTIATION, MACROS, ABORT, QUIT, QUIT_NEW_CONNECTION -> false;
        };
    }
}
