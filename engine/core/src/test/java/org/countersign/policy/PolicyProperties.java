package org.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.message.AuthorDomain;
import org.countersign.smtp.StrayOctet;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

class PolicyProperties {
    private static final List<String> DOMAINS =
            List.of("example.org", "sub.example.org", "sender.example", "list.example");

    @Property(tries = 2_000)
    void theSameFactsAndRulesGiveTheSameDecision(
            @ForAll("facts") RuleContext facts, @ForAll("settings") PolicySettings settings, @ForAll Mode mode) {
        assertThat(new LocalPolicy(mode, Cases.with(settings)).decide(facts))
                .isEqualTo(new LocalPolicy(mode, Cases.with(settings)).decide(facts));
    }

    @Property(tries = 2_000)
    void theFirstRuleThatMatchesDecides(
            @ForAll("facts") RuleContext facts, @ForAll("rules") @Size(max = 6) List<Rule> operators) {
        PolicyRules rules = PolicyRules.of(PolicySettings.DEFAULT, operators);
        Rule deciding = rules.first(facts);
        int place = rules.rules().indexOf(deciding);
        assertThat(deciding.matches(facts)).isTrue();
        assertThat(rules.rules().subList(0, place)).noneMatch(rule -> rule.matches(facts));
    }

    @Property(tries = 3_000)
    void aRuleThatIsCoveredNeverDecides(
            @ForAll("facts") RuleContext facts, @ForAll("rules") @Size(min = 2, max = 2) List<Rule> two) {
        if (two.get(0).covers(two.get(1)) && two.get(1).matches(facts)) {
            assertThat(two.get(0).matches(facts)).isTrue();
        }
    }

    /** How much a verdict stands in the way of a message. */
    private static int severity(Decision decision) {
        return switch (decision.ruled()) {
            case Verdict.Accept accept -> 0;
            case Verdict.Tag tag -> 1;
            case Verdict.Quarantine quarantine -> 2;
            case Verdict.TempFail tempFail -> 3;
            case Verdict.Reject reject -> 4;
            case Verdict.Discard discard -> 5;
        };
    }

    @Property(tries = 3_000)
    void anAlignedPassNeverWorsensTheVerdictOfTheBuiltInRules(
            @ForAll("facts") RuleContext facts, @ForAll("settings") PolicySettings settings) {
        LocalPolicy policy = new LocalPolicy(Mode.ENFORCE, Cases.with(settings));
        List<Finding> signatures = new ArrayList<>(facts.dkim());
        signatures.add(new Finding(ResultKeyword.PASS, facts.authorDomain()));
        boolean evaluated = facts.dmarc().result() == ResultKeyword.FAIL
                || facts.dmarc().result() == ResultKeyword.TEMPERROR
                || facts.dmarc().result() == ResultKeyword.PASS;
        ResultKeyword dmarc = evaluated ? ResultKeyword.PASS : facts.dmarc().result();
        RuleContext better = new RuleContext(
                facts.author(),
                facts.connection(),
                facts.envelope(),
                facts.identities(),
                facts.spf(),
                signatures,
                new DmarcFinding(dmarc, facts.dmarc().declared(), facts.dmarc().applied(), "better"),
                facts.arc(),
                facts.chain(),
                facts.headerTooLarge(),
                facts.tooManyForged(),
                facts.strayOctet());
        assertThat(severity(policy.decide(better))).isLessThanOrEqualTo(severity(policy.decide(facts)));
    }

    @Property(tries = 2_000)
    void aBounceIsNeverRefusedBecauseOfSpfAlone(
            @ForAll("facts") RuleContext facts, @ForAll("spf") ResultKeyword other) {
        RuleContext bounce = with(facts, new ReversePath.Null(), facts.spf());
        RuleContext same = with(
                facts, new ReversePath.Null(), new Finding(other, facts.spf().domain()));
        LocalPolicy policy = new LocalPolicy(Mode.ENFORCE, PolicyRules.DEFAULT);
        assertThat(policy.decide(same).rule()).isEqualTo(policy.decide(bounce).rule());
        if (bounce.dmarc().result() != ResultKeyword.FAIL
                && bounce.dmarc().result() != ResultKeyword.TEMPERROR
                && bounce.author() instanceof AuthorDomain.Single single
                && single.spelling().isEmpty()
                && !bounce.headerTooLarge()
                && !bounce.tooManyForged()
                && bounce.strayOctet().isEmpty()) {
            assertThat(policy.decide(bounce).verdict()).isEqualTo(new Verdict.Accept());
        }
    }

    @Property(tries = 2_000)
    void unauthenticatedMailOfAProtectedDomainIsNeverAccepted(
            @ForAll("facts") RuleContext facts, @ForAll("settings") PolicySettings settings) {
        boolean ours = facts.authorDomain()
                .filter(author -> settings.protect().stream().anyMatch(author::isWithin))
                .isPresent();
        if (ours && facts.dmarc().result() == ResultKeyword.FAIL) {
            Verdict verdict = new LocalPolicy(Mode.ENFORCE, Cases.with(settings))
                    .decide(facts)
                    .verdict();
            assertThat(verdict).isInstanceOf(Verdict.Reject.class);
        }
    }

    @Property(tries = 2_000)
    void theTextOfARuleIsAlwaysOneShortPrintableLine(
            @ForAll String template, @ForAll String helo, @ForAll String mailFrom, @ForAll("facts") RuleContext facts) {
        String filled = "{helo} {mail-from-domain} {author-domain} {results}";
        TextTemplate text = TextTemplate.parse(template).toOptional().orElseGet(() -> TextTemplate.of(filled));
        Envelope hostile = Envelope.of(ReversePath.parse(mailFrom), helo, List.of());
        RuleContext said = new RuleContext(
                facts.author(),
                facts.connection(),
                hostile,
                facts.identities(),
                facts.spf(),
                facts.dkim(),
                facts.dmarc(),
                facts.arc(),
                facts.chain(),
                false,
                false,
                Optional.empty());
        Rule rule = new Rule(
                "rule",
                new Rule.Origin(Rule.Kind.OPERATOR, "test"),
                List.of(),
                List.of(),
                new Outcome.Reject(new ReplyTemplate(550, "5.7.1", text)),
                new FieldEdits(List.of(new FieldEdits.Added("X-Said", text)), List.of()),
                "A test.");
        Decision decision = rule.decide(said, Mode.ENFORCE);
        String reply = decision.verdict().refusal().orElseThrow().toString();
        String value = decision.changes().added().get(0).value().latin1();
        assertThat(reply.length()).isLessThanOrEqualTo(512);
        assertThat(value.length()).isLessThanOrEqualTo(998 - "X-Said:".length());
        assertThat((reply + value).chars()).allMatch(c -> c >= 0x20 && c < 0x7F);
    }

    @Property(tries = 2_000)
    void anyTextIsATemplateOrMalformed(@ForAll String text) {
        switch (TextTemplate.parse(text)) {
            case Parsed.Value(TextTemplate template) ->
                assertThat(template.toString()).isEqualTo(text);
            case Parsed.Malformed(TextTemplate.Failure failure) ->
                assertThat(failure.reason()).isNotBlank();
        }
    }

    private static RuleContext with(RuleContext facts, ReversePath mailFrom, Finding spf) {
        return new RuleContext(
                facts.author(),
                facts.connection(),
                Envelope.of(mailFrom, "helo.example", facts.envelope().recipients()),
                facts.identities(),
                spf,
                facts.dkim(),
                facts.dmarc(),
                facts.arc(),
                facts.chain(),
                facts.headerTooLarge(),
                facts.tooManyForged(),
                facts.strayOctet());
    }

    @Provide
    Arbitrary<ResultKeyword> spf() {
        return Arbitraries.of(ResultKeyword.SPF);
    }

    @Provide
    Arbitrary<RuleContext> facts() {
        Arbitrary<Finding> signature = Combinators.combine(
                        Arbitraries.of(ResultKeyword.PASS, ResultKeyword.FAIL, ResultKeyword.TEMPERROR),
                        Arbitraries.of(DOMAINS))
                .as((result, domain) -> new Finding(result, DomainName.parse(domain)));
        Arbitrary<String> author = Arbitraries.of(
                "a@example.org",
                "b@sub.example.org",
                "c@sender.example",
                "d@x.example, e@y.example",
                "",
                "Fox, A <f@example.org>",
                "MAILER-DAEMON <>");
        Arbitrary<String> mailFrom = Arbitraries.of("", "x@sender.example", "y@list.example", "z@example.org");
        return Combinators.combine(
                        author,
                        mailFrom,
                        spf(),
                        signature.list().ofMaxSize(2),
                        Arbitraries.of(ResultKeyword.DMARC),
                        Arbitraries.of(DmarcPolicy.values()),
                        Arbitraries.of(ResultKeyword.NONE, ResultKeyword.TEMPERROR),
                        Arbitraries.integers().between(0, 30))
                .as((from, path, spf, dkim, dmarc, policy, arc, odd) -> {
                    boolean single = AuthorDomain.parse(Octets.utf8(" " + from)) instanceof AuthorDomain.Single;
                    RuleContext base =
                            Cases.facts(from, path, spf, dkim, single ? dmarc : ResultKeyword.PERMERROR, policy);
                    return new RuleContext(
                            base.author(),
                            base.connection(),
                            base.envelope(),
                            base.identities(),
                            base.spf(),
                            base.dkim(),
                            base.dmarc(),
                            arc,
                            Optional.empty(),
                            odd == 1,
                            odd == 2,
                            odd == 3
                                    ? Optional.of(new StrayOctet(StrayOctet.Kind.BARE_CR, "Subject"))
                                    : Optional.empty());
                });
    }

    @Provide
    Arbitrary<PolicySettings> settings() {
        Arbitrary<AddressPatterns> patterns = Arbitraries.of(
                AddressPatterns.NONE,
                Cases.patterns("example.org"),
                Cases.patterns("*.example.org", "sender.example"),
                Cases.patterns("*"));
        return Combinators.combine(
                        Arbitraries.of(List.<DomainName>of(), List.of(DomainName.of("example.org"))),
                        patterns,
                        patterns,
                        patterns,
                        Arbitraries.of(DmarcPolicy.values()),
                        Arbitraries.of(DmarcPolicy.NONE, DmarcPolicy.QUARANTINE),
                        Arbitraries.of(QuarantineAction.values()))
                .as((protect, treated, open, closed, onReject, onIndirect, how) -> new PolicySettings(
                        protect,
                        treated.isEmpty() ? Map.of() : Map.of(onReject, treated),
                        open,
                        closed,
                        onReject,
                        new IndirectFlow(
                                Cases.patterns("seal.example"),
                                List.of(IpNetwork.parse("198.51.100.0/24").orElseThrow()),
                                Cases.patterns("list.example"),
                                AddressPatterns.NONE),
                        onIndirect,
                        how,
                        "https://help.example/{x}"));
    }

    @Provide
    Arbitrary<List<Rule>> rules() {
        Arbitrary<Condition> condition = Arbitraries.oneOf(
                Arbitraries.of("example.org", "*.example.org", "*", "sender.example", "a@example.org")
                        .map(Cases::author),
                Arbitraries.of(ResultKeyword.DMARC).set().ofMinSize(1).map(results ->
                        (Condition) new Condition.OfResult(Condition.Method.DMARC, results)),
                Arbitraries.of(true, false).map(value -> new Condition.OfFlag(Condition.Flag.NULL_SENDER, value)),
                Arbitraries.of("example.org", "list.example", "*").map(text -> (Condition)
                        new DomainCondition(DomainCondition.Subject.AUTHENTICATED_DOMAIN, Cases.patterns(text))),
                Arbitraries.of("example.org", "list.example", "*").map(text ->
                        (Condition) new DomainCondition(DomainCondition.Subject.DKIM_DOMAIN, Cases.patterns(text))),
                Arbitraries.of("192.0.2.0/24", "192.0.2.7", "0.0.0.0/0").map(text -> (Condition)
                        new Condition.OfClient(List.of(IpNetwork.parse(text).orElseThrow()))));
        return Combinators.combine(
                        condition.list().ofMaxSize(3),
                        condition.list().ofMaxSize(2),
                        Arbitraries.of(new Outcome.Accept(), new Outcome.Tag(), new Outcome.Discard()))
                .as((when, unless, outcome) -> new Rule(
                        "r" + Set.copyOf(when).hashCode(),
                        new Rule.Origin(Rule.Kind.OPERATOR, "test"),
                        when,
                        unless,
                        outcome,
                        FieldEdits.NONE,
                        "A test."))
                .list()
                .ofMaxSize(6);
    }
}
