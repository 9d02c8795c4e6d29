package org.countersign.milter.wire;

import java.util.Optional;

/** The replies of a filter that this library sends or reads, with the first octet of their packets. */
enum ReplyKind {
    /** The reply to {@code SMFIC_OPTNEG}. */
    NEGOTIATED('O'),
    /** {@code SMFIR_CONTINUE}. */
    CONTINUE('c'),
    /** {@code SMFIR_ACCEPT}. */
    ACCEPT('a'),
    /** {@code SMFIR_REJECT}. */
    REJECT('r'),
    /** {@code SMFIR_TEMPFAIL}. */
    TEMPFAIL('t'),
    /** {@code SMFIR_DISCARD}. */
    DISCARD('d'),
    /** {@code SMFIR_REPLYCODE}. */
    REPLY_CODE('y'),
    /** {@code SMFIR_SKIP}. */
    SKIP('s'),
    /** {@code SMFIR_PROGRESS}. */
    PROGRESS('p'),
    /** {@code SMFIR_QUARANTINE}. */
    QUARANTINE('q'),
    /** {@code SMFIR_ADDHEADER}. */
    ADD_HEADER('h'),
    /** {@code SMFIR_INSHEADER}. */
    INSERT_HEADER('i'),
    /** {@code SMFIR_CHGHEADER}. */
    CHANGE_HEADER('m');

    private final int octet;

    ReplyKind(char octet) {
        this.octet = octet;
    }

    int octet() {
        return octet;
    }

    /** The reply with this octet; empty for an unknown octet. */
    static Optional<ReplyKind> of(int octet) {
        for (ReplyKind kind : values()) {
            if (kind.octet == octet) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
