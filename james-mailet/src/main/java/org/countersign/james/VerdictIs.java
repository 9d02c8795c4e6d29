package org.countersign.james;

import java.util.List;
import org.countersign.james.mail.VerdictAttributes;
import org.countersign.james.matcher.AttributeMatcher;

/**
 * Matches mail by the verdict of the policy: {@code VerdictIs=quarantine}, {@code VerdictIs=reject,tempfail}. Mail that
 * has not been checked does not match.
 */
public final class VerdictIs extends AttributeMatcher {
    /** For James, which calls {@link #init} next. */
    public VerdictIs() {
        super(VerdictAttributes.VERDICT, List.of("accept", "tag", "quarantine", "reject", "tempfail"));
    }
}
