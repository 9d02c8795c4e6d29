package org.countersign.policy;

import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.spf.SpfResult;

/**
 * Says under which condition SPF would have passed for the Author Domain. The other fact is the client, never the record:
 * the client of a forged message must not look like one that the record lacks.
 */
final class SpfWords {
    private SpfWords() {}

    /** The condition as a clause. */
    static String condition(DomainName author, MessageFacts facts) {
        SpfResult spf = facts.spf();
        boolean isChecked = spf.domain().filter(author::equals).isPresent();
        if (!isChecked) {
            return "SPF had passed for " + author
                    + (facts.envelope().mailFrom() instanceof ReversePath.Address ? " as the domain of MAIL FROM" : "");
        }
        return switch (spf.kind()) {
            case FAIL, SOFTFAIL, NEUTRAL, PASS ->
                "the message had come from a server that the SPF record of " + author + " permits";
            case NONE -> author + " published an SPF record, and the message came from a server that it permits";
            case TEMPERROR ->
                "the DNS had answered, and the message came from a server that the SPF record of " + author
                        + " permits";
            case PERMERROR ->
                "the SPF record of " + author + " were valid, and the message came from a server that it permits";
        };
    }
}
