package org.countersign.message;

import org.countersign.syntax.Keyword;

/** The kinds of problems that a message can have with its author, as rules tell them apart. */
public enum AuthorProblem {
    /** There is more than one From field, or a field that some programs take for one. */
    SEVERAL_FROM_FIELDS,
    /** The From field names more than one domain, or some program would read another one in it. */
    SEVERAL_DOMAINS,
    /** The one domain that every program reads is written in an unusual way. */
    SPELLING,
    /** The domain is interrupted, has a route before it, or cannot stand in the DNS. */
    UNCLEAR_DOMAIN,
    /** The From field is too long, or has control characters. */
    UNREADABLE,
    /** The From field is empty, or has no address with a domain. */
    NO_ADDRESS,
    /** There is no From field. */
    NO_FROM_FIELD;

    /** As it is written in policy files and logs. */
    public String keyword() {
        return Keyword.of(this);
    }
}
