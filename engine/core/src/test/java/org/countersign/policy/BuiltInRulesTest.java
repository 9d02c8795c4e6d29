package org.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.policy.Cases.facts;
import static org.countersign.policy.Cases.patterns;
import static org.countersign.policy.Cases.signed;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.smtp.StrayOctet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BuiltInRulesTest {
    private static final RuleContext REFUSED =
            facts(ResultKeyword.FAIL, List.of(), ResultKeyword.FAIL, DmarcPolicy.REJECT);

    private static Decision decide(PolicyRules rules, RuleContext facts) {
        return new LocalPolicy(Mode.ENFORCE, rules).decide(facts);
    }

    @Test
    void theirNamesAreReserved() {
        PolicySettings everything = new PolicySettings(
                List.of(DomainName.of("example.org")),
                Map.of(
                        DmarcPolicy.NONE, patterns("a.example"),
                        DmarcPolicy.QUARANTINE, patterns("b.example"),
                        DmarcPolicy.REJECT, patterns("c.example")),
                patterns("d.example"),
                patterns("e.example"),
                DmarcPolicy.REJECT,
                new IndirectFlow(
                        patterns("list.example"),
                        List.of(IpNetwork.parse("192.0.2.0/24").orElseThrow()),
                        AddressPatterns.NONE,
                        AddressPatterns.NONE),
                DmarcPolicy.QUARANTINE,
                QuarantineAction.MARK,
                "https://help.example/");
        Set<String> names = PolicyRules.of(everything, List.of()).rules().stream()
                .map(Rule::name)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(names).isEqualTo(new TreeSet<>(PolicyRules.BUILT_IN_NAMES));
    }

    @Test
    void aRejectionNamesTheResultsAndAPageWithMore() {
        assertThat(decide(PolicyRules.DEFAULT, REFUSED).verdict().refusal().map(SmtpReply::toString))
                .contains("550 5.7.26 Email rejected per DMARC policy for example.org: no aligned pass (spf=fail,"
                        + " dkim=none); see https://www.rfc-editor.org/info/rfc9989");
    }

    private static RuleContext from(String author, String mailFrom, ResultKeyword dmarc) {
        return facts(
                author,
                mailFrom,
                ResultKeyword.PASS,
                List.of(signed(ResultKeyword.PASS, "example.org")),
                dmarc,
                DmarcPolicy.NONE);
    }

    @Test
    void anAuthorWithUnusualSyntaxNeedsAPass() {
        for (String author : List.of("Smith, John <john@example.org>", "Name ,<a@example.org>", "<a@example.org> Al")) {
            for (ResultKeyword dmarc : ResultKeyword.DMARC) {
                String expected = switch (dmarc) {
                    case PASS -> "default";
                    case TEMPERROR -> "ambiguous-spelling-undecided";
                    default -> "ambiguous-spelling";
                };
                Decision decision = decide(PolicyRules.DEFAULT, from(author, "a@example.org", dmarc));
                assertThat(decision.rule()).as("%s, %s", author, dmarc).isEqualTo(expected);
                assertThat(decision.verdict().keyword())
                        .isEqualTo(
                                switch (dmarc) {
                                    case PASS -> "accept";
                                    case TEMPERROR -> "tempfail";
                                    default -> "reject";
                                });
                assertThat(decision.reason()).contains("in an unusual spelling");
            }
        }
        assertThat(decide(
                                PolicyRules.DEFAULT,
                                from("Smith, John <john@example.org>", "a@example.org", ResultKeyword.NONE))
                        .verdict()
                        .refusal()
                        .map(SmtpReply::toString))
                .contains("550 5.7.1 The author of the message is not clear: a name in the From field has no address");
    }

    @Test
    void aBounceWithoutAnAuthorIsTaggedAndOtherMailWithoutOneRejected() {
        for (String author : List.of("MAILER-DAEMON <>", "Automated:;", "Mail System <MAILER-DAEMON>", "")) {
            Decision bounce = decide(PolicyRules.DEFAULT, from(author, "<>", ResultKeyword.PERMERROR));
            assertThat(bounce.rule()).isEqualTo("bounce-without-author");
            assertThat(bounce.verdict()).isInstanceOf(Verdict.Tag.class);
            Decision other = decide(PolicyRules.DEFAULT, from(author, "a@example.org", ResultKeyword.PERMERROR));
            assertThat(other.rule()).isEqualTo("no-author");
            assertThat(other.verdict()).isInstanceOf(Verdict.Reject.class);
        }
        for (String author : List.of("ceo@bank.example, <x@attacker.example>", "ceo@bank.example <>")) {
            assertThat(decide(PolicyRules.DEFAULT, from(author, "<>", ResultKeyword.PERMERROR))
                            .verdict())
                    .isInstanceOf(Verdict.Reject.class);
        }
    }

    @Test
    void spfOrDkimAloneNeverRefuseAMessage() {
        for (ResultKeyword spf : ResultKeyword.SPF) {
            RuleContext failing = facts(
                    spf, List.of(signed(ResultKeyword.FAIL, "example.org")), ResultKeyword.NONE, DmarcPolicy.NONE);
            assertThat(decide(PolicyRules.DEFAULT, failing).verdict()).isEqualTo(new Verdict.Accept());
        }
    }

    /** RFC 7208 §8.2: neutral must be treated exactly like none. */
    @Test
    void spfNeutralIsTreatedLikeNone() {
        for (ResultKeyword dmarc : List.of(ResultKeyword.PASS, ResultKeyword.FAIL, ResultKeyword.NONE)) {
            for (DmarcPolicy applied : DmarcPolicy.values()) {
                assertThat(decide(PolicyRules.DEFAULT, facts(ResultKeyword.NEUTRAL, List.of(), dmarc, applied))
                                .rule())
                        .isEqualTo(decide(PolicyRules.DEFAULT, facts(ResultKeyword.NONE, List.of(), dmarc, applied))
                                .rule());
            }
        }
    }

    @Test
    void rulesOfTheOperatorComeFirst() {
        Rule exempt = Cases.rule(
                "exempt",
                new Outcome.Accept(),
                new Condition.OfClient(List.of(IpNetwork.parse("192.0.2.7").orElseThrow())));
        Decision decision = decide(PolicyRules.of(PolicySettings.DEFAULT, List.of(exempt)), REFUSED);
        assertThat(decision.rule()).isEqualTo("exempt");
        assertThat(decision.reason()).isEqualTo("DMARC: fail. A test.");
    }

    /** {@link #REFUSED} with a header section that cannot be read like others. */
    private static RuleContext refused(boolean headerTooLarge, boolean tooManyForged, Optional<StrayOctet> strayOctet) {
        return new RuleContext(
                REFUSED.author(),
                REFUSED.connection(),
                REFUSED.envelope(),
                REFUSED.identities(),
                REFUSED.spf(),
                REFUSED.dkim(),
                REFUSED.dmarc(),
                REFUSED.arc(),
                REFUSED.chain(),
                headerTooLarge,
                tooManyForged,
                strayOctet);
    }

    @Test
    void rulesOfTheOperatorComeAfterThoseForUnreadableMessages() {
        Rule all = Cases.rule("all", new Outcome.Accept());
        RuleContext cut = refused(true, false, Optional.empty());
        assertThat(decide(PolicyRules.of(PolicySettings.DEFAULT, List.of(all)), cut)
                        .rule())
                .isEqualTo("oversized-header");
    }

    @Test
    void aBrokenHeaderIsRejectedBeforeAllRulesOfTheOperatorAndTheReplyNamesOctetAndField() {
        Rule all = Cases.rule("all", new Outcome.Accept());
        RuleContext broken =
                refused(false, false, Optional.of(new StrayOctet(StrayOctet.Kind.BARE_CR, "Subject\rFrom")));
        Decision decision = decide(PolicyRules.of(PolicySettings.DEFAULT, List.of(all)), broken);
        assertThat(decision.rule()).isEqualTo("broken-header");
        assertThat(decision.verdict().refusal().map(SmtpReply::toString))
                .contains("550 5.6.0 The message header has a bare CR in the field Subject?From,"
                        + " which RFC 5322 does not allow");
        assertThat(decision.reason())
                .isEqualTo("The header section has a bare CR in the field Subject?From, where other programs may"
                        + " end a line.");
    }

    @Test
    void tooManyForgedResultsAreRejectedInEveryMode() {
        RuleContext forged = refused(false, true, Optional.empty());
        Decision decision = new LocalPolicy(Mode.MONITOR, PolicyRules.DEFAULT).decide(forged);
        assertThat(decision.verdict()).isInstanceOf(Verdict.Reject.class);
        assertThat(decision.isSuppressedByMonitor()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheReasonsOfRulesThatSomebodyChoseAreExplained(Rule.Kind kind) {
        Rule rule = new Rule(
                "r",
                new Rule.Origin(kind, "test"),
                List.of(),
                List.of(),
                new Outcome.Accept(),
                FieldEdits.NONE,
                "A reason.");
        boolean isChosen = kind == Rule.Kind.OPERATOR || kind == Rule.Kind.SETTING;

        assertThat(rule.decide(REFUSED, Mode.ENFORCE).reason().endsWith(" A reason."))
                .isEqualTo(isChosen);
    }

    @Test
    void monitorModeRecordsVerdictsAndCarriesNoneOut() {
        Rule tagging = new Rule(
                "tagging",
                new Rule.Origin(Rule.Kind.OPERATOR, "test"),
                List.of(),
                List.of(),
                new Outcome.Accept(),
                new FieldEdits(List.of(new FieldEdits.Added("X-Seen", TextTemplate.of("by {rule}"))), List.of("X-Old")),
                "A test.");
        PolicyRules rules = PolicyRules.of(PolicySettings.DEFAULT, List.of(tagging));
        assertThat(decide(rules, REFUSED).changes().added()).hasSize(1);
        assertThat(new LocalPolicy(Mode.MONITOR, rules).decide(REFUSED).changes())
                .isEqualTo(HeaderChanges.NONE);
        Decision held = new LocalPolicy(Mode.MONITOR, PolicyRules.DEFAULT).decide(REFUSED);
        assertThat(held.verdict()).isEqualTo(new Verdict.Accept());
        assertThat(held.ruled()).isInstanceOf(Verdict.Reject.class);
    }

    @Test
    void protectionAcceptsAuthenticatedMail() {
        PolicySettings protecting = protect();
        RuleContext unsigned = facts(ResultKeyword.NONE, List.of(), ResultKeyword.NONE, DmarcPolicy.NONE);
        assertThat(decide(Cases.with(protecting), unsigned).rule()).isEqualTo("protect");
        RuleContext ours = facts(
                ResultKeyword.NONE,
                List.of(signed(ResultKeyword.PASS, "mail.example.org")),
                ResultKeyword.NONE,
                DmarcPolicy.NONE);
        assertThat(decide(Cases.with(protecting), ours).rule()).isEqualTo("default");
        RuleContext partly = facts(
                ResultKeyword.NONE,
                List.of(signed(ResultKeyword.POLICY, "example.org")),
                ResultKeyword.NONE,
                DmarcPolicy.NONE);
        assertThat(decide(Cases.with(protecting), partly).rule()).isEqualTo("protect");
        RuleContext unsure = facts(
                ResultKeyword.NONE,
                List.of(signed(ResultKeyword.TEMPERROR, "example.org")),
                ResultKeyword.NONE,
                DmarcPolicy.NONE);
        assertThat(decide(Cases.with(protecting), unsure).verdict()).isInstanceOf(Verdict.TempFail.class);
    }

    @Test
    void protectionAppliesToWholeLabels() {
        RuleContext stranger = facts(
                "a@badexample.org", "x@y.example", ResultKeyword.NONE, List.of(), ResultKeyword.NONE, DmarcPolicy.NONE);
        assertThat(decide(Cases.with(protect()), stranger).rule()).isEqualTo("default");
    }

    private static RuleContext withArc(RuleContext facts, ResultKeyword arc) {
        return new RuleContext(
                facts.author(),
                facts.connection(),
                facts.envelope(),
                facts.identities(),
                facts.spf(),
                facts.dkim(),
                facts.dmarc(),
                arc,
                facts.chain(),
                facts.headerTooLarge(),
                facts.tooManyForged(),
                facts.strayOctet());
    }

    /** A policy that knows a sealer, a MAIL FROM domain and a signer, and treats the author's domain as given. */
    private static PolicyRules relays(Map<DmarcPolicy, AddressPatterns> treatAs) {
        PolicySettings defaults = PolicySettings.DEFAULT;
        return Cases.with(new PolicySettings(
                List.of(),
                treatAs,
                defaults.failOpen(),
                defaults.failClosed(),
                defaults.onReject(),
                new IndirectFlow(
                        patterns("sealer.example"), List.of(), patterns("sender.example"), patterns("signer.example")),
                defaults.onIndirect(),
                defaults.quarantineAction(),
                defaults.helpUrl()));
    }

    /** Mail that fails DMARC, for which a temporary error hides if a known relay sent it. */
    private static List<RuleContext> undecidedPaths(DmarcPolicy policy) {
        List<Finding> none = List.of();
        return List.of(
                withArc(facts(ResultKeyword.FAIL, none, ResultKeyword.FAIL, policy), ResultKeyword.TEMPERROR),
                facts(ResultKeyword.TEMPERROR, none, ResultKeyword.FAIL, policy),
                facts(
                        ResultKeyword.FAIL,
                        List.of(
                                signed(ResultKeyword.FAIL, "example.org"),
                                signed(ResultKeyword.TEMPERROR, "signer.example")),
                        ResultKeyword.FAIL,
                        policy));
    }

    @Test
    void noTemporaryErrorOfAKnownRelayLeadsToARejection() {
        for (RuleContext facts : undecidedPaths(DmarcPolicy.REJECT)) {
            assertThat(decide(relays(Map.of()), facts).rule()).isEqualTo("indirect-flow-undecided");
            assertThat(decide(relays(Map.of()), facts).verdict()).isInstanceOf(Verdict.TempFail.class);
            assertThat(decide(PolicyRules.DEFAULT, facts).rule()).isEqualTo("dmarc-reject");
        }
    }

    @Test
    void noTemporaryErrorOfAKnownRelayLeadsToARejectionOfADomainThatIsTreatedAsReject() {
        PolicyRules rules = relays(Map.of(DmarcPolicy.REJECT, patterns("example.org")));
        for (RuleContext facts : undecidedPaths(DmarcPolicy.NONE)) {
            assertThat(decide(rules, facts).rule()).isEqualTo("indirect-flow-treated-undecided");
            assertThat(decide(rules, facts).verdict()).isInstanceOf(Verdict.TempFail.class);
        }
    }

    @Test
    void temporaryErrorsOfUnknownRelaysAreNoReasonToWait() {
        for (RuleContext facts : List.of(
                facts(
                        "a@example.org",
                        "x@other.example",
                        ResultKeyword.TEMPERROR,
                        List.of(),
                        ResultKeyword.FAIL,
                        DmarcPolicy.REJECT),
                // SPF of a null reverse-path is that of the HELO name.
                facts(
                        "a@example.org",
                        "<>",
                        ResultKeyword.TEMPERROR,
                        List.of(),
                        ResultKeyword.FAIL,
                        DmarcPolicy.REJECT),
                facts(
                        ResultKeyword.FAIL,
                        List.of(signed(ResultKeyword.TEMPERROR, "other.example")),
                        ResultKeyword.FAIL,
                        DmarcPolicy.REJECT))) {
            assertThat(decide(relays(Map.of()), facts).rule()).isEqualTo("dmarc-reject");
        }
    }

    private static PolicySettings protect() {
        PolicySettings defaults = PolicySettings.DEFAULT;
        return new PolicySettings(
                List.of(DomainName.of("example.org")),
                defaults.treatAs(),
                defaults.failOpen(),
                defaults.failClosed(),
                defaults.onReject(),
                defaults.indirect(),
                defaults.onIndirect(),
                defaults.quarantineAction(),
                defaults.helpUrl());
    }
}
