package org.countersign.dmarc;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;

/**
 * The result of the second method, and how it differs from the result that decides.
 *
 * @param result of the second method; its evidence has no comparison
 * @param differences from the result that decides; empty if both agree
 */
public record DmarcComparison(DmarcResult result, Set<Difference> differences) {
    /** A part in which two results can differ. */
    public enum Difference {
        RESULT("result"),
        /** The policy to apply to the message, which fails by at least one of the two methods. */
        POLICY("policy"),
        /** The domain whose record applies. */
        POLICY_DOMAIN("policy-domain"),
        /** The mechanisms that gave an aligned pass. */
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

    /** The second method. */
    public DiscoveryMethod method() {
        return result.evidence().discovery().method();
    }

    /** The method and its result without blanks for a log: {@code psl:fail:reject}, {@code treewalk:pass}. */
    public String summary() {
        String text = method().keyword() + ":" + result.keyword();
        return result instanceof DmarcResult.Fail ? text + ":" + applied(result).keyword() : text;
    }
}
