package org.countersign.keys;

/**
 * What probably happened to a message whose signature does not verify. Each is proved by undoing the
 * change: without it the signature, or the hash of the body, is right. None of them makes a pass.
 */
public enum LikelyCause {
    SUBJECT_TAG_ADDED("words in brackets were put into the Subject"),
    FROM_REWRITTEN("the author was replaced, and is still named in another field"),
    LEADING_SPACE_LOST(
            "the space behind the colon of header fields was taken away, which their simple form does not allow"),
    FIELDS_REFOLDED("header fields were folded anew, which their simple form does not allow"),
    BODY_REENCODED("the body was encoded anew, and its Content-Transfer-Encoding changed"),
    FOOTER_APPENDED("lines were added at the end of the body");

    private final String description;

    LikelyCause(String description) {
        this.description = description;
    }

    /** Half a sentence for people. */
    public String description() {
        return description;
    }
}
