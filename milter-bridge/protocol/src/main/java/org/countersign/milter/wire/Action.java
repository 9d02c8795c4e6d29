package org.countersign.milter.wire;

/** What a filter may do to a message: the {@code SMFIF_} bits of the negotiation. */
public enum Action {
    /** {@code SMFIF_ADDHDRS}: add and insert header fields. */
    ADD_HEADERS(0x001),
    /** {@code SMFIF_CHGBODY}. */
    CHANGE_BODY(0x002),
    /** {@code SMFIF_ADDRCPT}. */
    ADD_RECIPIENT(0x004),
    /** {@code SMFIF_DELRCPT}. */
    REMOVE_RECIPIENT(0x008),
    /** {@code SMFIF_CHGHDRS}: change and delete header fields. */
    CHANGE_HEADERS(0x010),
    /** {@code SMFIF_QUARANTINE}. */
    QUARANTINE(0x020),
    /** {@code SMFIF_CHGFROM}. */
    CHANGE_SENDER(0x040),
    /** {@code SMFIF_ADDRCPT_PAR}. */
    ADD_RECIPIENT_WITH_ARGUMENTS(0x080),
    /** {@code SMFIF_SETSYMLIST}: list the macros that the filter wants. */
    SET_MACRO_LISTS(0x100);

    private final int bit;

    Action(int bit) {
        this.bit = bit;
    }

    public int bit() {
        return bit;
    }

    /** Whether the bit of this action is set in a mask. */
    public boolean isIn(int mask) {
        return (mask & bit) != 0;
    }

    /** The mask with the bits of these actions. */
    public static int mask(Action... actions) {
        int mask = 0;
        for (Action action : actions) {
            mask |= action.bit;
        }
        return mask;
    }
}
