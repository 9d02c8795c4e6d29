package org.countersign.importer;

import org.countersign.syntax.Ascii;

/** What becomes of a line of the old configuration, in the order in which a report shows it. */
public enum FindingClass {
    /** Not translated, or translated with a risk: somebody has to decide. */
    DANGER,
    /** There is no counterpart: some mail is treated differently. */
    LOST,
    /** It had no effect in the old program either. */
    DEAD,
    /** It works, with a difference. */
    CHANGED,
    /** The same effect. */
    KEPT,
    /** What happens here anyway. */
    DEFAULT,
    /** A matter of the process, not of mail. */
    MOOT;

    /** The name as reports write it. */
    public String keyword() {
        return Ascii.lower(name());
    }

    /** Whether the classes of this kind are shown one by one, and not only counted. */
    public boolean isShown() {
        return compareTo(CHANGED) <= 0;
    }

    /** Whether a person must read the report before the result is used. */
    public boolean needsAttention() {
        return compareTo(LOST) <= 0;
    }
}
