package org.countersign.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.arc.ArcChain;
import org.countersign.arc.ArcSet;
import org.countersign.arc.ChainStatus;
import org.countersign.authres.AuthenticationMethod;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.AuthenticationResultsWriter;
import org.countersign.authres.MethodResult;
import org.countersign.authres.PropertyType;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.message.AuthorDomain;
import org.countersign.message.AuthorDomain.Problem;
import org.countersign.message.AuthorProblem;
import org.countersign.policy.Action;
import org.countersign.policy.Connection;
import org.countersign.policy.DmarcFinding;
import org.countersign.policy.Envelope;
import org.countersign.policy.Finding;
import org.countersign.policy.HeaderIdentities;
import org.countersign.policy.PolicyExample;
import org.countersign.policy.ResultKeyword;
import org.countersign.policy.RuleContext;
import org.countersign.syntax.Octets;

/** Reads the list {@code examples}: descriptions of messages with the expected decisions. */
final class ExampleReader {
    private static final int MAX_EXAMPLES = 1000;

    private static final ValueType<InetAddress> ADDRESS =
            ValueType.of("an IP address such as 192.0.2.7", IpNetwork::parseAddress);
    private static final ValueType<String> ANY_TEXT = ValueType.of("a text", Optional::of);

    private final SectionReader section;

    private ExampleReader(SectionReader section) {
        this.section = section;
    }

    static List<PolicyExample> read(SectionReader root) {
        List<SectionReader> items = root.sections("examples");
        if (items.size() > MAX_EXAMPLES) {
            root.report(root.location("examples").problem("has more than " + MAX_EXAMPLES + " examples"));
            return List.of();
        }
        List<PolicyExample> examples = new ArrayList<>();
        for (SectionReader item : items) {
            new ExampleReader(item).example().ifPresent(examples::add);
        }
        return examples;
    }

    private Optional<PolicyExample> example() {
        Optional<String> name = section.required("name", ValueType.TEXT);
        RuleContext facts = facts();
        Optional<Action> expected = section.required("expect", ValueType.keyword(List.of(Action.values())));
        Optional<String> rule = section.optional("expect-rule", ValueType.TEXT);
        Optional<String> reply = section.optional("expect-reply", ValueType.TEXT);
        ConfigLocation location = section.location();
        return name.isPresent() && expected.isPresent()
                ? Optional.of(new PolicyExample(name.get(), location.toString(), facts, expected.get(), rule, reply))
                : Optional.empty();
    }

    private RuleContext facts() {
        AuthorDomain author = author();
        ReversePath mailFrom = ReversePath.parse(section.value("mail-from", ANY_TEXT, ""));
        String helo = section.value("helo", ANY_TEXT, "client.example");
        Optional<ArcChain> chain = chain(author);
        Finding spf = new Finding(
                section.value("spf", ValueType.keyword(ResultKeyword.SPF), ResultKeyword.NONE),
                mailFrom instanceof ReversePath.Address address ? address.domain() : DomainName.parse(helo));
        List<Finding> dkim = dkim();
        return new RuleContext(
                author,
                new Connection(
                        section.optional("client", ADDRESS),
                        section.value("client-name", ANY_TEXT, ""),
                        section.optional("user", ValueType.TEXT)),
                Envelope.of(mailFrom, helo, section.oneOrMore("recipients", ValueType.TEXT)),
                new HeaderIdentities(
                        section.optional("sender", ValueType.DOMAIN_NAME),
                        section.optional("list-id", ValueType.DOMAIN_NAME)),
                spf,
                dkim,
                dmarc(author, spf, dkim),
                section.value(
                        "arc",
                        ValueType.keyword(ResultKeyword.ARC),
                        chain.isPresent() ? ResultKeyword.PASS : ResultKeyword.NONE),
                chain,
                false,
                false,
                Optional.empty());
    }

    /** The author as the From field in the example gives it, or one with the given {@code author-problem}. */
    private AuthorDomain author() {
        AuthorDomain written = section.optional("author", ValueType.TEXT)
                .map(text -> AuthorDomain.parse(Octets.utf8(" " + text)))
                .orElse(AuthorDomain.none());
        Optional<AuthorProblem> problem =
                section.optional("author-problem", ValueType.keyword(List.of(AuthorProblem.values())));
        return problem.isEmpty() || problem.equals(written.problemKind()) ? written : with(problem.get(), written);
    }

    private AuthorDomain with(AuthorProblem problem, AuthorDomain written) {
        List<DomainName> domains = written instanceof AuthorDomain.Single single ? List.of(single.domain()) : List.of();
        return switch (problem) {
            case SEVERAL_FROM_FIELDS -> ambiguous(Problem.SEVERAL_FROM_FIELDS, domains);
            case SEVERAL_DOMAINS -> ambiguous(Problem.SEVERAL_DOMAINS, domains);
            case UNCLEAR_DOMAIN -> ambiguous(Problem.UNUSABLE_DOMAIN, domains);
            case UNREADABLE -> ambiguous(Problem.TOO_LONG, domains);
            case NO_ADDRESS -> new AuthorDomain.Missing(Problem.NO_ADDRESS, "");
            case NO_FROM_FIELD -> AuthorDomain.none();
            case SPELLING -> {
                if (written instanceof AuthorDomain.Single(DomainName domain, List<String> addresses, var unused)) {
                    yield new AuthorDomain.Single(
                            domain, addresses, Optional.of(new AuthorDomain.Spelling(Problem.NO_ADDRESS, "")));
                }
                section.report(
                        "author-problem",
                        "is spelling, but author is not an address",
                        "give an author with one domain");
                yield written;
            }
        };
    }

    private static AuthorDomain ambiguous(Problem problem, List<DomainName> domains) {
        return new AuthorDomain.Ambiguous(problem, "", domains);
    }

    private List<Finding> dkim() {
        List<Finding> signatures = new ArrayList<>();
        for (SectionReader item : section.sections("dkim")) {
            Optional<ResultKeyword> result = item.required("result", ValueType.keyword(ResultKeyword.DKIM));
            Optional<DomainName> domain = item.required("domain", ValueType.DOMAIN_NAME);
            result.ifPresent(found -> signatures.add(new Finding(found, domain)));
        }
        return signatures;
    }

    private DmarcFinding dmarc(AuthorDomain author, Finding spf, List<Finding> dkim) {
        ResultKeyword result = section.value(
                "dmarc",
                ValueType.keyword(ResultKeyword.DMARC),
                author instanceof AuthorDomain.Single ? ResultKeyword.NONE : ResultKeyword.PERMERROR);
        ValueType<DmarcPolicy> policy = ValueType.keyword(List.of(DmarcPolicy.values()));
        Optional<DmarcPolicy> applied = section.optional("applied-policy", policy);
        Optional<DmarcPolicy> declared = section.optional("declared-policy", policy);
        if (result == ResultKeyword.FAIL && !section.has("applied-policy")) {
            section.report("dmarc", "is fail, but applied-policy is missing", "add applied-policy, for example reject");
        }
        boolean passes = spf.result() == ResultKeyword.PASS
                || dkim.stream().anyMatch(signature -> signature.result() == ResultKeyword.PASS);
        if (result == ResultKeyword.PASS && !passes) {
            section.report("dmarc", "is pass, but neither spf nor a signature passes", "set the one that passes");
        }
        DmarcFinding found = new DmarcFinding(
                result, declared.or(() -> applied), applied.or(() -> declared), "DMARC: " + result.word() + ".");
        return section.value("persistent-temperror", ValueType.BOOLEAN, false)
                ? found.withPersistentTemperror()
                : found;
    }

    /** The chain, oldest sealer first; the message is unchanged since the newest. */
    private Optional<ArcChain> chain(AuthorDomain author) {
        List<SectionReader> sealers = section.sections("sealers");
        List<ArcSet> sets = new ArrayList<>();
        for (SectionReader item : sealers) {
            Optional<DomainName> domain = item.required("domain", ValueType.DOMAIN_NAME);
            ResultKeyword saw = item.value("saw", ValueType.keyword(ResultKeyword.DMARC), ResultKeyword.NONE);
            int instance = sets.size() + 1;
            domain.ifPresent(sealer -> sets.add(new ArcSet(
                    instance,
                    sealer,
                    "example",
                    Optional.of(sealer),
                    instance == 1 ? ChainStatus.NONE : ChainStatus.PASS,
                    Optional.empty(),
                    AuthenticationResultsWriter.renderArc(instance, carried(sealer, saw, author))
                            .value(),
                    instance == sealers.size() ? ArcSet.Content.INTACT : ArcSet.Content.NOT_EVALUATED,
                    Optional.empty())));
        }
        return sets.isEmpty() ? Optional.empty() : Optional.of(new ArcChain(sets, sets.size()));
    }

    private static AuthenticationResults carried(DomainName sealer, ResultKeyword saw, AuthorDomain author) {
        MethodResult result = MethodResult.of(AuthenticationMethod.DMARC, saw.word());
        return new AuthenticationResults(
                sealer.toString(),
                List.of(
                        author instanceof AuthorDomain.Single single
                                ? result.with(
                                        PropertyType.HEADER,
                                        "from",
                                        single.domain().toString())
                                : result));
    }
}
