package org.countersign.policy;

import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.spf.SpfResult;

/** Says under which condition SPF would have passed for the Author Domain. */
final class SpfWords {
    private SpfWords() {}

    /** The condition as a clause. */
    static String condition(DomainName author, MessageFacts facts) {
        SpfResult spf = facts.spf();
        boolean isChecked = spf.domain().filter(author::equals).isPresent();
        if (!isChecked || facts.connection().client().isEmpty()) {
            return "SPF had passed for " + author
                    + (facts.envelope().mailFrom() instanceof ReversePath.Address ? " as the domain of MAIL FROM" : "");
        }
        String client = IpNetwork.renderAddress(facts.connection().client().get());
        return switch (spf.kind()) {
            case FAIL, SOFTFAIL, NEUTRAL, PASS -> "the SPF record of " + author + " permitted the client " + client;
            case NONE -> author + " published an SPF record that permits the client " + client;
            case TEMPERROR -> "the DNS had answered, and the SPF record of " + author + " permits the client " + client;
            case PERMERROR -> "the SPF record of " + author + " were valid and permitted the client " + client;
        };
    }
}
