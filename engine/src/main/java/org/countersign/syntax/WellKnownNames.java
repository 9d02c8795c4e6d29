package org.countersign.syntax;

import org.jspecify.annotations.Nullable;

/**
 * Names of header fields that most messages have, in lower case: text that need not be made anew for each of them,
 * and whose hash code is known.
 */
final class WellKnownNames {
    private static final String[] NAMES = {
        "arc-authentication-results",
        "arc-message-signature",
        "arc-seal",
        "authentication-results",
        "cc",
        "content-disposition",
        "content-language",
        "content-transfer-encoding",
        "content-type",
        "date",
        "delivered-to",
        "dkim-signature",
        "feedback-id",
        "from",
        "in-reply-to",
        "list-help",
        "list-id",
        "list-post",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "message-id",
        "mime-version",
        "received",
        "received-spf",
        "references",
        "reply-to",
        "return-path",
        "sender",
        "subject",
        "to",
        "x-mailer",
    };
    private static final int SLOTS = 256;

    // Of two names with the same slot, the later one is like a name that is not known.
    private static final @Nullable String[] BY_SLOT = bySlot();

    private WellKnownNames() {}

    private static @Nullable String[] bySlot() {
        @Nullable String[] slots = new @Nullable String[SLOTS];
        for (String name : NAMES) {
            slots[slot(name.length(), name.charAt(0), name.charAt(name.length() - 1))] = name;
        }
        return slots;
    }

    private static int slot(int length, int first, int last) {
        return (length * 31 + Ascii.lower(first) * 7 + Ascii.lower(last)) % SLOTS;
    }

    /** The octets as text in lower case, where that is one of the names; empty text otherwise. */
    static String lower(byte[] octets, int start, int end) {
        int length = end - start;
        if (length == 0 || octets[start] < 0 || octets[end - 1] < 0) {
            return "";
        }
        @Nullable String name = BY_SLOT[slot(length, octets[start], octets[end - 1])];
        if (name == null || name.length() != length) {
            return "";
        }
        for (int i = 0; i < length; i++) {
            if (Ascii.lower(octets[start + i]) != name.charAt(i)) {
                return "";
            }
        }
        return name;
    }
}
