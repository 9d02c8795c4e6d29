package org.countersign.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.UserPattern;
import org.countersign.message.AuthorProblem;
import org.countersign.policy.AddressCondition;
import org.countersign.policy.Condition;
import org.countersign.policy.Condition.AuthorFinding;
import org.countersign.policy.Condition.Flag;
import org.countersign.policy.Condition.Method;
import org.countersign.policy.DomainCondition;
import org.countersign.policy.IndirectFlow;
import org.countersign.policy.ResultKeyword;
import org.countersign.syntax.Keyword;

/** Reads the sections {@code when} and {@code unless} of a rule. */
final class ConditionReader {
    // Flags for built-in rules alone. Mail with the first three is rejected before an operator's rule is tried, and the
    // last one is known only after a built-in rule has decided to defer the message.
    private static final Set<Flag> BUILT_IN =
            Set.of(Flag.HEADER_TOO_LARGE, Flag.TOO_MANY_FORGED, Flag.BROKEN_HEADER, Flag.PERSISTENT_TEMPERROR);

    private final IndirectFlow flow;

    ConditionReader(IndirectFlow flow) {
        this.flow = flow;
    }

    List<Condition> read(SectionReader section) {
        List<Condition> conditions = new ArrayList<>();
        for (AddressCondition.Subject subject : AddressCondition.Subject.values()) {
            List<AddressPattern> patterns = section.oneOrMore(Keyword.of(subject), SigningTableEntry.ADDRESSES);
            if (!patterns.isEmpty()) {
                conditions.add(new AddressCondition(subject, AddressPatterns.of(patterns)));
            }
        }
        for (DomainCondition.Subject subject : DomainCondition.Subject.values()) {
            List<AddressPattern> patterns = section.oneOrMore(Keyword.of(subject), PolicyConfiguration.DOMAINS);
            if (!patterns.isEmpty()) {
                conditions.add(new DomainCondition(subject, AddressPatterns.of(patterns)));
            }
        }
        List<IpNetwork> networks = section.oneOrMore("client", ValueType.IP_NETWORK);
        if (!networks.isEmpty()) {
            conditions.add(new Condition.OfClient(networks));
        }
        List<UserPattern> users = section.oneOrMore("user", SigningTableEntry.USERS);
        if (!users.isEmpty()) {
            conditions.add(new Condition.OfUser(users));
        }
        results(section, conditions);
        flags(section, conditions);
        return conditions;
    }

    private static void results(SectionReader section, List<Condition> conditions) {
        for (Method method : Method.values()) {
            List<ResultKeyword> words = switch (method) {
                case SPF -> ResultKeyword.SPF;
                case DKIM -> ResultKeyword.DKIM;
                case DMARC -> ResultKeyword.DMARC;
                case ARC -> ResultKeyword.ARC;
            };
            List<ResultKeyword> results = section.oneOrMore(Keyword.of(method), ValueType.keyword(words));
            if (!results.isEmpty()) {
                conditions.add(new Condition.OfResult(method, Set.copyOf(results)));
            }
        }
        policies(section, "declared-policy", false, conditions);
        policies(section, "applied-policy", true, conditions);
        List<AuthorFinding> findings =
                section.oneOrMore("author-finding", ValueType.keyword(List.of(AuthorFinding.values())));
        if (!findings.isEmpty()) {
            conditions.add(new Condition.OfAuthor(Set.copyOf(findings)));
        }
        List<AuthorProblem> problems =
                section.oneOrMore("author-problem", ValueType.keyword(List.of(AuthorProblem.values())));
        if (!problems.isEmpty()) {
            conditions.add(new Condition.OfAuthorProblem(Set.copyOf(problems)));
        }
    }

    private static void policies(SectionReader section, String key, boolean applied, List<Condition> conditions) {
        List<DmarcPolicy> policies = section.oneOrMore(key, ValueType.keyword(List.of(DmarcPolicy.values())));
        if (!policies.isEmpty()) {
            conditions.add(new Condition.OfPolicy(applied, Set.copyOf(policies)));
        }
    }

    private void flags(SectionReader section, List<Condition> conditions) {
        for (Flag flag : Flag.values()) {
            if (!BUILT_IN.contains(flag)) {
                section.optional(Keyword.of(flag), ValueType.BOOLEAN)
                        .ifPresent(value -> conditions.add(new Condition.OfFlag(flag, value)));
            }
        }
        section.optional("indirect", ValueType.BOOLEAN).ifPresent(value -> {
            if (flow.isEmpty()) {
                section.report(
                        "indirect", "never holds, because indirect-flow is empty", "fill in the section indirect-flow");
            }
            conditions.add(new Condition.Indirect(flow, value));
        });
    }
}
