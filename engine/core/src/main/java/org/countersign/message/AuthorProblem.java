package org.countersign.message;

import org.countersign.syntax.Keyword;

/** The kinds of problems of an author that rules distinguish. */
public enum AuthorProblem {
    /** There is more than one From field, or a field that some programs read as one. */
    SEVERAL_FROM_FIELDS,
    /** The From field has more than one domain, or a program may read another one in it. */
    SEVERAL_DOMAINS,
    /** All programs read the same domain, but its spelling is unusual. */
    SPELLING,
    /** The domain is interrupted, follows a route, or is not valid in the DNS. */
    UNCLEAR_DOMAIN,
    /** The From field is too long, or has control characters. */
    UNREADABLE,
    /** The From field is empty, or has no address with a domain. */
    NO_ADDRESS,
    /** There is no From field. */
    NO_FROM_FIELD;

    /** The keyword in policy files and logs. */
    public String keyword() {
        return Keyword.of(this);
    }
}
