package org.countersign.policy;

import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.DmarcPolicy;

/**
 * Tests conditions against facts of which some are unknown. The answer is certain only if no value of the unknown facts
 * could change it.
 */
final class PartialFacts {
    private final RuleContext facts;
    private final Set<UnknownFact> unknown;

    /**
     * @param facts have any value where they are unknown
     */
    PartialFacts(RuleContext facts, Set<UnknownFact> unknown) {
        this.facts = facts;
        this.unknown = unknown;
    }

    /** A truth value of three-valued logic. */
    enum Truth {
        YES,
        NO,
        UNKNOWN;

        private static Truth of(boolean value) {
            return value ? YES : NO;
        }

        private Truth negated() {
            return switch (this) {
                case YES -> NO;
                case NO -> YES;
                case UNKNOWN -> UNKNOWN;
            };
        }
    }

    /** Whether a rule matches the message. */
    Truth matches(Rule rule) {
        Truth result = Truth.YES;
        for (Condition condition : rule.when()) {
            switch (test(condition)) {
                case NO -> {
                    return Truth.NO;
                }
                case UNKNOWN -> result = Truth.UNKNOWN;
                case YES -> {}
            }
        }
        for (Condition condition : rule.unless()) {
            switch (test(condition)) {
                case YES -> {
                    return Truth.NO;
                }
                case UNKNOWN -> result = Truth.UNKNOWN;
                case NO -> {}
            }
        }
        return result;
    }

    private Truth test(Condition condition) {
        return switch (condition) {
            case AddressCondition address -> address(address);
            case DomainCondition domain -> domain(domain);
            case Condition.OfClient client -> known(client, UnknownFact.CLIENT);
            // A login is in the same trace field as the client.
            case Condition.OfUser user -> known(user, UnknownFact.CLIENT);
            case Condition.OfResult result -> result(result);
            case Condition.OfPolicy policy -> policy(policy);
            case Condition.OfAuthor author -> Truth.of(author.holds(facts));
            case Condition.OfAuthorProblem problem -> Truth.of(problem.holds(facts));
            case Condition.OfFlag flag -> flag(flag);
            case Condition.Indirect indirect -> indirect(indirect);
            case Condition.IndirectUndecided undecided -> indirectUndecided(undecided);
        };
    }

    private boolean isUnknown(UnknownFact fact) {
        return unknown.contains(fact);
    }

    private Truth known(Condition condition, UnknownFact... needed) {
        for (UnknownFact fact : needed) {
            if (isUnknown(fact)) {
                return Truth.UNKNOWN;
            }
        }
        return Truth.of(condition.holds(facts));
    }

    /** A condition that holds if one of several values matches, of which some may be unknown. */
    private Truth anyOf(Condition condition, UnknownFact... more) {
        return condition.holds(facts) ? Truth.YES : known(condition, more);
    }

    private Truth address(AddressCondition condition) {
        return switch (condition.subject()) {
            case AUTHOR -> Truth.of(condition.holds(facts));
            case MAIL_FROM -> known(condition, UnknownFact.MAIL_FROM, UnknownFact.MAIL_FROM_LOCAL_PART);
            case ANY_RECIPIENT -> anyOf(condition, UnknownFact.OTHER_RECIPIENTS);
            // All recipients must match, so that one that does not match is enough for the answer.
            case RECIPIENT ->
                facts.envelope().recipients().stream().allMatch(condition.patterns()::matches)
                        ? known(condition, UnknownFact.OTHER_RECIPIENTS)
                        : Truth.NO;
        };
    }

    private Truth domain(DomainCondition condition) {
        return switch (condition.subject()) {
            case HELO -> known(condition, UnknownFact.HELO);
            case CLIENT_NAME -> known(condition, UnknownFact.CLIENT_NAME);
            case LIST_ID, SENDER -> Truth.of(condition.holds(facts));
            case DKIM_DOMAIN -> anyOf(condition, UnknownFact.DKIM);
            case AUTHENTICATED_DOMAIN -> anyOf(condition, UnknownFact.DKIM, UnknownFact.SPF);
            case SEALER, SEALER_SAW_PASS -> anyOf(condition, UnknownFact.ARC, UnknownFact.ARC_CHAIN);
            case UNPROVEN_AUTHOR -> unproven(condition);
        };
    }

    private Truth unproven(DomainCondition condition) {
        boolean decided =
                facts.dmarc().result() == ResultKeyword.PASS || facts.dmarc().result() == ResultKeyword.FAIL;
        // An unknown pass could prove the author.
        return decided || !condition.holds(facts)
                ? Truth.of(condition.holds(facts))
                : known(condition, UnknownFact.SPF, UnknownFact.DKIM);
    }

    private Truth result(Condition.OfResult condition) {
        return switch (condition.method()) {
            case SPF -> known(condition, UnknownFact.SPF);
            case DKIM -> known(condition, UnknownFact.DKIM);
            case DMARC -> Truth.of(condition.holds(facts));
            case ARC -> known(condition, UnknownFact.ARC);
        };
    }

    private Truth policy(Condition.OfPolicy condition) {
        Optional<DmarcPolicy> applied = facts.dmarc().applied();
        if (condition.applied() || applied.isEmpty() || !isUnknown(UnknownFact.DECLARED_POLICY)) {
            return Truth.of(condition.holds(facts));
        }
        // Test mode applies the policy that is one level below (RFC 9989 §4.7, t).
        Truth found = Truth.NO;
        boolean all = true;
        for (DmarcPolicy declared : DmarcPolicy.values()) {
            boolean possible = declared == applied.get() || declared.oneLevelBelow() == applied.get();
            boolean matches = condition.policies().contains(declared);
            found = possible && matches ? Truth.UNKNOWN : found;
            all &= !possible || matches;
        }
        return all ? Truth.YES : found;
    }

    private Truth flag(Condition.OfFlag condition) {
        return switch (condition.flag()) {
            case NULL_SENDER -> known(condition, UnknownFact.MAIL_FROM);
            case UNDECIDED ->
                facts.dmarc().result() == ResultKeyword.NONE || facts.dmarc().result() == ResultKeyword.PERMERROR
                        ? known(condition, UnknownFact.SPF, UnknownFact.DKIM)
                        : Truth.of(condition.holds(facts));
            case PERSISTENT_TEMPERROR, HEADER_TOO_LARGE, TOO_MANY_FORGED, BROKEN_HEADER ->
                Truth.of(condition.holds(facts));
        };
    }

    private Truth indirect(Condition.Indirect condition) {
        Truth known = knownRelay(condition.flow());
        return condition.value() ? known : known.negated();
    }

    private Truth indirectUndecided(Condition.IndirectUndecided condition) {
        if (condition.holds(facts)) {
            return Truth.YES;
        }
        IndirectFlow flow = condition.flow();
        boolean possible = (!flow.sealers().isEmpty() && isUnknown(UnknownFact.ARC)) || mayHaveForwarded(flow);
        return possible ? Truth.UNKNOWN : Truth.NO;
    }

    private Truth knownRelay(IndirectFlow flow) {
        if (flow.evidence(facts).isPresent()) {
            return Truth.YES;
        }
        boolean possible = (!flow.networks().isEmpty() && isUnknown(UnknownFact.CLIENT))
                || (!flow.sealers().isEmpty() && (isUnknown(UnknownFact.ARC) || isUnknown(UnknownFact.ARC_CHAIN)))
                || mayHaveForwarded(flow);
        return possible ? Truth.UNKNOWN : Truth.NO;
    }

    private boolean mayHaveForwarded(IndirectFlow flow) {
        return (!flow.mailFrom().isEmpty() && (isUnknown(UnknownFact.SPF) || isUnknown(UnknownFact.MAIL_FROM)))
                || (!flow.signers().isEmpty() && isUnknown(UnknownFact.DKIM));
    }
}
