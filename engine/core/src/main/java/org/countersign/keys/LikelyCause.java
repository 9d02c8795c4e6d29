package org.countersign.keys;

/**
 * What probably happened to a message whose signature does not verify. Each cause is proved by undoing the change: the
 * original signature or body hash then matches. A likely cause never turns a failure into a pass.
 */
public enum LikelyCause {
    SUBJECT_TAG_ADDED("words in brackets were added to the Subject field"),
    FROM_REWRITTEN("the address in the From field was replaced; another field still has the original"),
    LEADING_SPACE_LOST("the space after the colon of header fields was removed, which simple canonicalization forbids"),
    FIELDS_REFOLDED("header fields were folded differently, which simple canonicalization forbids"),
    BODY_REENCODED("the body was encoded differently, and its Content-Transfer-Encoding field changed"),
    FOOTER_APPENDED("lines were added at the end of the body");

    private final String description;

    LikelyCause(String description) {
        this.description = description;
    }

    /** A clause that follows "probably" in {@link SignatureFailure#describe}. */
    String description() {
        return description;
    }
}
