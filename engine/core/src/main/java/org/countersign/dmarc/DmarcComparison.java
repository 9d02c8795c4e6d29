package org.countersign.dmarc;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;

/**
 * What the method that does not decide came to.
 *
 * @param result its result; its evidence has no shadow of its own
 * @param differences in what it differs from the result that counts; empty where both agree
 */
public record DmarcComparison(DmarcResult result, Set<Difference> differences) {
    /** In what two results differ. */
    public enum Difference {
        RESULT("result"),
        /** What is to be done with the message, which has failed by at least one of the two. */
        POLICY("policy"),
        /** Whose record applies. */
        POLICY_DOMAIN("policy-domain"),
        /** Which of SPF and DKIM is aligned. */
        ALIGNMENT("alignment");

        private final String keyword;

        Difference(String keyword) {
            this.keyword = keyword;
        }

        public String keyword() {
            return keyword;
        }
    }

    public DmarcComparison {
        differences = Collections.unmodifiableSet(
                differences.isEmpty() ? EnumSet.noneOf(Difference.class) : EnumSet.copyOf(differences));
    }

    static DmarcComparison of(DmarcResult deciding, DmarcResult other) {
        EnumSet<Difference> differences = EnumSet.noneOf(Difference.class);
        if (!deciding.keyword().equals(other.keyword())) {
            differences.add(Difference.RESULT);
        }
        if ((deciding instanceof DmarcResult.Fail || other instanceof DmarcResult.Fail)
                && !applied(deciding).equals(applied(other))) {
            differences.add(Difference.POLICY);
        }
        if (!policyDomain(deciding).equals(policyDomain(other))) {
            differences.add(Difference.POLICY_DOMAIN);
        }
        for (Mechanism mechanism : Mechanism.values()) {
            if (deciding.evidence().isAligned(mechanism) != other.evidence().isAligned(mechanism)) {
                differences.add(Difference.ALIGNMENT);
            }
        }
        return new DmarcComparison(other, differences);
    }

    private static DmarcPolicy applied(DmarcResult result) {
        return result instanceof DmarcResult.Fail fail ? fail.policy().applied() : DmarcPolicy.NONE;
    }

    private static Optional<DomainName> policyDomain(DmarcResult result) {
        return result.evidence().published().map(PublishedPolicy::policyDomain);
    }

    /** The method that it was evaluated by. */
    public DiscoveryMethod method() {
        return result.evidence().method();
    }

    /** A few words without blanks for a log: {@code psl:fail:reject}, {@code treewalk:pass}. */
    public String summary() {
        String text = method().keyword() + ":" + result.keyword();
        return result instanceof DmarcResult.Fail ? text + ":" + applied(result).keyword() : text;
    }
}
