package org.countersign.milter.client;

/**
 * What a mail server offers to a filter.
 *
 * @param actions bits of {@link org.countersign.milter.wire.Action}
 * @param protocol bits of {@link org.countersign.milter.wire.ProtocolOption}
 */
public record MtaOffer(int version, int actions, int protocol) {
    /** Everything that version 6 has, as Postfix offers it since its release 2.6. */
    public static MtaOffer ofPostfix() {
        return new MtaOffer(6, 0x1FF, 0x1FFFFF);
    }
}
