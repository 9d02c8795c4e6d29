package org.countersign.milter.client;

/**
 * The protocol version and options that a mail server offers to a filter.
 *
 * @param actions mask of {@link org.countersign.milter.wire.Action}
 * @param protocol mask of {@link org.countersign.milter.wire.ProtocolOption}
 */
public record MtaOffer(int version, int actions, int protocol) {
    /** All options of version 6, as offered by Postfix 2.6 and later. */
    public static MtaOffer ofPostfix() {
        return new MtaOffer(6, 0x1FF, 0x1FFFFF);
    }
}
