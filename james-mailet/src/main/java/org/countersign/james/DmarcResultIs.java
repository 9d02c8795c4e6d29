package org.countersign.james;

import java.util.List;
import org.countersign.james.mail.VerdictAttributes;
import org.countersign.james.matcher.AttributeMatcher;

/**
 * Matches mail by its DMARC result (RFC 9989 §9.2): {@code DmarcResultIs=fail},
 * {@code DmarcResultIs=temperror,permerror}. Mail that has not been checked does not match.
 */
public final class DmarcResultIs extends AttributeMatcher {
    /** For James, which calls {@link #init} next. */
    public DmarcResultIs() {
        super(VerdictAttributes.DMARC, List.of("pass", "fail", "none", "temperror", "permerror"));
    }
}
