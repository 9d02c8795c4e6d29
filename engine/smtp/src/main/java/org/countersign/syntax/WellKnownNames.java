package org.countersign.syntax;

import org.jspecify.annotations.Nullable;

/**
 * Interned lower-case names of common header fields. Avoids allocating and hashing them for every message. Names are
 * compared eight octets at a time, see {@link Swar}.
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

    // Of two names with the same slot, only the later one is found.
    private static final @Nullable Name[] BY_SLOT = bySlot();

    /**
     * A name as text and as words, with the bits that distinguish lower from upper case. Only letters have this bit: a hyphen
     * without it would be a CR.
     */
    private static final class Name {
        private final String text;
        private final int length;
        // After the last octet, the bits of the last word do not count.
        private final long[] words;
        private final long[] caseBits;
        private final long lastWord;

        Name(String text) {
            this.text = text;
            this.length = text.length();
            int count = (length + Long.BYTES - 1) / Long.BYTES;
            this.words = new long[count];
            this.caseBits = new long[count];
            for (int i = 0; i < length; i++) {
                long octet = text.charAt(i);
                int shift = i % Long.BYTES * Byte.SIZE;
                words[i / Long.BYTES] |= octet << shift;
                caseBits[i / Long.BYTES] |= (Ascii.isAlpha(text.charAt(i)) ? 0x20L : 0) << shift;
            }
            this.lastWord = -1L >>> ((count * Long.BYTES - length) * Byte.SIZE);
        }

        /** Whether the octets from {@code start} on are this name, in any case. */
        boolean isAt(byte[] octets, int start) {
            int last = words.length - 1;
            if (start + words.length * Long.BYTES > octets.length) {
                return isAtEnd(octets, start);
            }
            for (int i = 0; i < last; i++) {
                if ((Swar.read(octets, start + i * Long.BYTES) | caseBits[i]) != words[i]) {
                    return false;
                }
            }
            long word = Swar.read(octets, start + last * Long.BYTES) & lastWord;
            return (word | caseBits[last]) == words[last];
        }

        /** As {@link #isAt}, near the end of the array, where no whole word can be read. */
        private boolean isAtEnd(byte[] octets, int start) {
            for (int i = 0; i < length; i++) {
                if (Ascii.lower(octets[start + i]) != text.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    private WellKnownNames() {}

    private static @Nullable Name[] bySlot() {
        @Nullable Name[] slots = new @Nullable Name[SLOTS];
        for (String name : NAMES) {
            slots[slot(name.length(), name.charAt(0), name.charAt(name.length() - 1))] = new Name(name);
        }
        return slots;
    }

    private static int slot(int length, int first, int last) {
        return (length * 31 + (first | 0x20) * 7 + (last | 0x20)) % SLOTS;
    }

    /** The octets as lower-case text if they are one of the names; otherwise empty text. */
    static String lower(byte[] octets, int start, int end) {
        int length = end - start;
        if (length == 0 || octets[start] < 0 || octets[end - 1] < 0) {
            return "";
        }
        @Nullable Name name = BY_SLOT[slot(length, octets[start], octets[end - 1])];
        return name != null && name.length == length && name.isAt(octets, start) ? name.text : "";
    }
}
