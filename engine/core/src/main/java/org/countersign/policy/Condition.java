package org.countersign.policy;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.domain.UserPattern;
import org.countersign.message.AuthorDomain;
import org.countersign.message.AuthorProblem;
import org.countersign.syntax.Keyword;

/** A condition of a rule: a key with values, of which one must match the message. */
public sealed interface Condition
        permits AddressCondition,
                DomainCondition,
                Condition.OfClient,
                Condition.OfUser,
                Condition.OfResult,
                Condition.OfPolicy,
                Condition.OfAuthor,
                Condition.OfAuthorProblem,
                Condition.OfFlag,
                Condition.Indirect,
                Condition.IndirectUndecided {
    /** The key in a policy file. */
    String key();

    /** The values in a policy file. */
    List<String> values();

    /** Whether a message meets the condition. */
    boolean holds(RuleContext facts);

    /** Whether every message that meets this condition meets the other one. False if that is not evident. */
    boolean implies(Condition other);

    /**
     * Whether the condition relies on facts that a sender cannot forge: the connection, a login, or an authenticated
     * domain.
     */
    default boolean authenticates() {
        return false;
    }

    /** {@code client}: the address of the SMTP client. */
    record OfClient(List<IpNetwork> networks) implements Condition {
        public OfClient {
            networks = List.copyOf(networks);
        }

        @Override
        public String key() {
            return "client";
        }

        @Override
        public List<String> values() {
            return texts(networks);
        }

        @Override
        public boolean holds(RuleContext facts) {
            Optional<InetAddress> client = facts.connection().client();
            return client.isPresent() && IpNetwork.anyContains(networks, client.get());
        }

        @Override
        public boolean implies(Condition other) {
            return other instanceof OfClient(List<IpNetwork> wider) && allCovered(networks, wider, IpNetwork::covers);
        }

        @Override
        public boolean authenticates() {
            return true;
        }
    }

    /** The authenticated user. */
    record OfUser(List<UserPattern> users) implements Condition {
        public OfUser {
            users = List.copyOf(users);
        }

        @Override
        public String key() {
            return "user";
        }

        @Override
        public List<String> values() {
            return texts(users);
        }

        @Override
        public boolean holds(RuleContext facts) {
            Optional<String> user = facts.connection().user();
            return user.isPresent() && UserPattern.anyMatches(users, user.get());
        }

        @Override
        public boolean implies(Condition other) {
            return other instanceof OfUser(List<UserPattern> wider) && allCovered(users, wider, UserPattern::covers);
        }

        @Override
        public boolean authenticates() {
            return true;
        }
    }

    /** The authentication methods whose results a condition can test. */
    enum Method {
        SPF,
        /** At least one of the signatures; {@code none} if there is no signature. */
        DKIM,
        DMARC,
        ARC
    }

    /** {@code spf}, {@code dkim}, {@code dmarc}, {@code arc}: the result of a method. */
    record OfResult(Method method, Set<ResultKeyword> results) implements Condition {
        public OfResult {
            results = Set.copyOf(results);
        }

        @Override
        public String key() {
            return Keyword.of(method);
        }

        @Override
        public List<String> values() {
            return results.stream().sorted().map(ResultKeyword::word).toList();
        }

        @Override
        public boolean holds(RuleContext facts) {
            return switch (method) {
                case SPF -> results.contains(facts.spf().result());
                case DKIM -> facts.dkim().isEmpty() ? results.contains(ResultKeyword.NONE) : hasSignature(facts.dkim());
                case DMARC -> results.contains(facts.dmarc().result());
                case ARC -> results.contains(facts.arc());
            };
        }

        private boolean hasSignature(List<Finding> signatures) {
            for (Finding signature : signatures) {
                if (results.contains(signature.result())) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean implies(Condition other) {
            return other instanceof OfResult(Method others, Set<ResultKeyword> wider)
                    && method == others
                    && wider.containsAll(results);
        }

        @Override
        public boolean authenticates() {
            // Every sender can get a pass of SPF, DKIM or ARC for a domain of their own. Every sender can also cause a
            // temporary error, even of DMARC, by the choice of the domain whose DNS is queried.
            return method == Method.DMARC
                    && !results.contains(ResultKeyword.FAIL)
                    && !results.contains(ResultKeyword.TEMPERROR);
        }
    }

    /** {@code declared-policy}: the published DMARC policy; {@code applied-policy}: the same after test mode. */
    record OfPolicy(boolean applied, Set<DmarcPolicy> policies) implements Condition {
        public OfPolicy {
            policies = Set.copyOf(policies);
        }

        @Override
        public String key() {
            return applied ? "applied-policy" : "declared-policy";
        }

        @Override
        public List<String> values() {
            return policies.stream().sorted().map(DmarcPolicy::keyword).toList();
        }

        @Override
        public boolean holds(RuleContext facts) {
            return (applied ? facts.dmarc().applied() : facts.dmarc().declared())
                    .filter(policies::contains)
                    .isPresent();
        }

        @Override
        public boolean implies(Condition other) {
            return other instanceof OfPolicy(boolean others, Set<DmarcPolicy> wider)
                    && applied == others
                    && wider.containsAll(policies);
        }
    }

    /** The possible results of reading the From field. */
    enum AuthorFinding {
        SINGLE,
        AMBIGUOUS,
        MISSING;

        private static AuthorFinding of(AuthorDomain author) {
            return switch (author) {
                case AuthorDomain.Single single -> SINGLE;
                case AuthorDomain.Ambiguous ambiguous -> AMBIGUOUS;
                case AuthorDomain.Missing missing -> MISSING;
            };
        }
    }

    /** {@code author-finding}: the result of reading the From field. */
    record OfAuthor(Set<AuthorFinding> findings) implements Condition {
        public OfAuthor {
            findings = Set.copyOf(findings);
        }

        @Override
        public String key() {
            return "author-finding";
        }

        @Override
        public List<String> values() {
            return findings.stream().sorted().map(Keyword::of).toList();
        }

        @Override
        public boolean holds(RuleContext facts) {
            return findings.contains(AuthorFinding.of(facts.author()));
        }

        @Override
        public boolean implies(Condition other) {
            return other instanceof OfAuthor(Set<AuthorFinding> wider) && wider.containsAll(findings);
        }
    }

    /** {@code author-problem}: the problem of the From field. */
    record OfAuthorProblem(Set<AuthorProblem> problems) implements Condition {
        public OfAuthorProblem {
            problems = Set.copyOf(problems);
        }

        @Override
        public String key() {
            return "author-problem";
        }

        @Override
        public List<String> values() {
            return problems.stream().sorted().map(AuthorProblem::keyword).toList();
        }

        @Override
        public boolean holds(RuleContext facts) {
            return facts.author().problemKind().filter(problems::contains).isPresent();
        }

        @Override
        public boolean implies(Condition other) {
            return other instanceof OfAuthorProblem(Set<AuthorProblem> wider) && wider.containsAll(problems);
        }
    }

    /** Facts that are true or false. */
    enum Flag {
        /** Whether the reverse-path is null. */
        NULL_SENDER,
        /** See {@link RuleContext#undecided}. */
        UNDECIDED,
        /** See {@link DmarcFinding#persistent}. */
        PERSISTENT_TEMPERROR,
        /** See {@link RuleContext#headerTooLarge}. */
        HEADER_TOO_LARGE,
        /** See {@link RuleContext#tooManyForged}. */
        TOO_MANY_FORGED,
        /** Whether the header section has a {@link org.countersign.smtp.StrayOctet}. */
        BROKEN_HEADER
    }

    /** A fact that is true or false. */
    record OfFlag(Flag flag, boolean value) implements Condition {
        @Override
        public String key() {
            return Keyword.of(flag);
        }

        @Override
        public List<String> values() {
            return List.of(Boolean.toString(value));
        }

        @Override
        public boolean holds(RuleContext facts) {
            return value
                    == switch (flag) {
                        case NULL_SENDER -> facts.envelope().mailFrom() instanceof ReversePath.Null;
                        case UNDECIDED -> facts.undecided();
                        case PERSISTENT_TEMPERROR -> facts.dmarc().persistent();
                        case HEADER_TOO_LARGE -> facts.headerTooLarge();
                        case TOO_MANY_FORGED -> facts.tooManyForged();
                        case BROKEN_HEADER -> facts.strayOctet().isPresent();
                    };
        }

        @Override
        public boolean implies(Condition other) {
            return equals(other);
        }
    }

    /** {@code indirect}: whether a forwarder, mailing list or sealer that the operator knows relayed the message. */
    record Indirect(IndirectFlow flow, boolean value) implements Condition {
        @Override
        public String key() {
            return "indirect";
        }

        @Override
        public List<String> values() {
            return List.of(Boolean.toString(value));
        }

        @Override
        public boolean holds(RuleContext facts) {
            return value == flow.evidence(facts).isPresent();
        }

        @Override
        public boolean implies(Condition other) {
            return equals(other);
        }

        @Override
        public boolean authenticates() {
            return value;
        }
    }

    /** {@code indirect-undecided}: whether a temporary error hides if one of them relayed the message. */
    record IndirectUndecided(IndirectFlow flow) implements Condition {
        @Override
        public String key() {
            return "indirect-undecided";
        }

        @Override
        public List<String> values() {
            return List.of("true");
        }

        @Override
        public boolean holds(RuleContext facts) {
            return flow.isUndecided(facts);
        }

        @Override
        public boolean implies(Condition other) {
            return equals(other);
        }
    }

    private static <T> boolean allCovered(List<T> narrow, List<T> wide, BiPredicate<T, T> covers) {
        return narrow.stream().allMatch(one -> wide.stream().anyMatch(other -> covers.test(other, one)));
    }

    /** The values as text. */
    static List<String> texts(Collection<?> values) {
        return Stream.of(values.toArray()).map(Object::toString).toList();
    }
}
