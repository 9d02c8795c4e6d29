package org.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.AddressPatterns;
import org.countersign.message.AuthorProblem;
import org.countersign.policy.Condition.AuthorFinding;
import org.countersign.policy.Condition.Flag;
import org.countersign.policy.Condition.Method;

/** The built-in rules, some of which exist only if a setting enables them. */
final class BuiltInRules {
    private static final Rule.Origin ALWAYS = new Rule.Origin(Rule.Kind.UNCONDITIONAL, "built in, in every mode");
    // RFC 7372 §3.4: multiple authentication checks failed.
    private static final String SEVERAL_FAILED = "5.7.26";

    static final Set<String> NAMES = Set.of(
            "too-many-forged-results",
            "oversized-header",
            "broken-header",
            "ambiguous-spelling-undecided",
            "ambiguous-spelling",
            "bounce-without-author",
            "no-author",
            "ambiguous-author",
            "protect-undecided",
            "protect",
            "treat-as-none",
            "fail-open",
            "fail-closed",
            "indirect-flow",
            "indirect-flow-treated",
            "indirect-flow-undecided",
            "indirect-flow-treated-undecided",
            "treat-as-deferred",
            "treat-as-reject",
            "treat-as-quarantine",
            "dmarc-reject",
            "dmarc-quarantine",
            "dmarc-temperror-accepted",
            "dmarc-temperror-deferred",
            "dmarc-temperror-quarantined",
            "default");

    /** The rules that defer a message until DMARC can be evaluated for its Author Domain, for a limited time. */
    static final Set<String> DEFERRING =
            Set.of("ambiguous-spelling-undecided", "treat-as-deferred", "dmarc-temperror-deferred");

    private final PolicySettings settings;
    private final List<Rule> rules = new ArrayList<>();

    private BuiltInRules(PolicySettings settings) {
        this.settings = settings;
    }

    /** The rules before the operator's rules: for messages that must not be accepted or cannot be read completely. */
    static List<Rule> before() {
        return List.of(
                new Rule(
                        "too-many-forged-results",
                        ALWAYS,
                        List.of(new Condition.OfFlag(Flag.TOO_MANY_FORGED, true)),
                        List.of(),
                        reject(550, "5.7.1", "The message has too many Authentication-Results fields"),
                        FieldEdits.NONE,
                        "Delivered, the message would contain forged Authentication-Results fields with a local authserv-id."),
                Rule.builtIn(
                        "oversized-header",
                        List.of(new Condition.OfFlag(Flag.HEADER_TOO_LARGE, true)),
                        reject(552, "5.3.4", "The header section of the message is too large"),
                        "A header section that is not read completely cannot be evaluated."),
                Rule.builtIn(
                        "broken-header",
                        List.of(new Condition.OfFlag(Flag.BROKEN_HEADER, true)),
                        reject(550, "5.6.0", "The message header has {header-problem}, which RFC 5322 does not allow"),
                        "Other programs may read the header section differently and find an author or results that were not checked."));
    }

    /** The rules after the operator's rules. The last one matches every message. */
    static List<Rule> after(PolicySettings settings) {
        BuiltInRules built = new BuiltInRules(settings);
        built.author();
        built.protection();
        built.exceptions();
        built.indirect();
        built.overrides();
        built.published();
        return List.copyOf(built.rules);
    }

    private void author() {
        spelling();
        rules.add(Rule.builtIn(
                "bounce-without-author",
                List.of(
                        new Condition.OfAuthorProblem(Set.of(AuthorProblem.NO_ADDRESS)),
                        new Condition.OfFlag(Flag.NULL_SENDER, true)),
                new Outcome.Tag(),
                "The message is a bounce, and its From field names no domain that could be forged."));
        rules.add(Rule.builtIn(
                "no-author",
                List.of(new Condition.OfAuthor(Set.of(AuthorFinding.MISSING))),
                reject(550, "5.7.1", "The message has no author in a From field"),
                "DMARC does not cover mail without an author (RFC 9989, section 11.5)."));
        rules.add(
                Rule.builtIn(
                        "ambiguous-author",
                        List.of(new Condition.OfAuthor(Set.of(AuthorFinding.AMBIGUOUS))),
                        reject(550, "5.7.1", "The author of the message is not clear: {author-problem}"),
                        "Mail programs may display a different author from the one that was checked (RFC 9989, section 11.5)."));
    }

    // RFC 9989 §11.5: legitimate software writes From fields with unusual syntax, and so do forgers. A pass
    // of DMARC tells them apart.
    private void spelling() {
        Condition misspelled = new Condition.OfAuthorProblem(Set.of(AuthorProblem.SPELLING));
        rules.add(
                Rule.builtIn(
                        "ambiguous-spelling-undecided",
                        List.of(misspelled, result(ResultKeyword.TEMPERROR), persistent(false)),
                        deferral(),
                        "A From field with unusual syntax is accepted only with dmarc=pass, and DMARC cannot be evaluated now."));
        rules.add(new Rule(
                "ambiguous-spelling",
                Rule.Origin.BUILT_IN,
                List.of(misspelled),
                List.of(result(ResultKeyword.PASS)),
                reject(550, "5.7.1", "The author of the message is not clear: {author-problem}"),
                FieldEdits.NONE,
                "A From field with unusual syntax is accepted only with dmarc=pass."));
    }

    private void protection() {
        if (settings.protect().isEmpty()) {
            return;
        }
        List<AddressPattern> own = new ArrayList<>();
        settings.protect().forEach(domain -> {
            own.add(new AddressPattern.Domain(domain));
            own.add(new AddressPattern.Below(domain));
        });
        Condition unproven = unproven(AddressPatterns.of(own));
        setting(
                "protect-undecided",
                List.of(unproven, new Condition.OfFlag(Flag.UNDECIDED, true)),
                tempFail("Mail from {author-domain} cannot be authenticated now, try again later"),
                "The author's domain is listed under protect, and the message cannot be authenticated now because of a temporary error.");
        setting(
                "protect",
                List.of(unproven),
                reject(
                        550,
                        SEVERAL_FAILED,
                        "Mail from {author-domain} is accepted here only with an aligned SPF or DKIM pass ({results});"
                                + " see " + url()),
                "The author's domain is listed under protect, which requires an aligned pass whatever policy the domain publishes.");
    }

    private void exceptions() {
        AddressPatterns none = treatedAs(DmarcPolicy.NONE);
        if (!none.isEmpty()) {
            setting(
                    "treat-as-none",
                    List.of(author(none), result(ResultKeyword.FAIL, ResultKeyword.TEMPERROR)),
                    new Outcome.Accept(),
                    "The author's domain is treated as if it published p=none.");
        }
        if (!settings.failOpen().isEmpty()) {
            setting(
                    "fail-open",
                    List.of(author(settings.failOpen()), result(ResultKeyword.TEMPERROR)),
                    new Outcome.Accept(),
                    "The author's domain is listed under fail-open.");
        }
        if (!settings.failClosed().isEmpty()) {
            setting(
                    "fail-closed",
                    List.of(author(settings.failClosed()), result(ResultKeyword.TEMPERROR)),
                    tempFail("DMARC of {author-domain} cannot be evaluated now, try again later"),
                    "The author's domain is listed under fail-closed.");
        }
    }

    private void indirect() {
        IndirectFlow flow = settings.indirect();
        if (flow.isEmpty()) {
            return;
        }
        Condition known = new Condition.Indirect(flow, true);
        Outcome outcome = settings.onIndirect() == DmarcPolicy.NONE ? new Outcome.Accept() : quarantine();
        setting(
                "indirect-flow",
                List.of(failed(), applied(DmarcPolicy.QUARANTINE, DmarcPolicy.REJECT), known),
                outcome,
                "DMARC often fails for legitimate mail relayed by this known forwarder, mailing list or ARC sealer.");
        AddressPatterns strict = treatedStrictly();
        if (!strict.isEmpty()) {
            setting(
                    "indirect-flow-treated",
                    List.of(unproven(strict), known),
                    outcome,
                    "DMARC often fails for legitimate relayed mail, also of domains listed under treat-as.");
        }
        if (flow.needsDns()) {
            undecidedPath(flow);
        }
    }

    // A rejection is final. So a temporary error must not be the reason why a known relay is not recognized.
    private void undecidedPath(IndirectFlow flow) {
        Condition hidden = new Condition.IndirectUndecided(flow);
        Outcome later = tempFail("The path of the message cannot be checked now, try again later");
        String reason =
                "A known forwarder, mailing list or ARC sealer may have relayed the message, but a temporary error"
                        + " prevents checking that.";
        setting("indirect-flow-undecided", List.of(failed(), applied(DmarcPolicy.REJECT), hidden), later, reason);
        AddressPatterns rejected = treatedAs(DmarcPolicy.REJECT);
        if (!rejected.isEmpty()) {
            setting("indirect-flow-treated-undecided", List.of(unproven(rejected), hidden), later, reason);
        }
    }

    private AddressPatterns treatedStrictly() {
        List<AddressPattern> patterns =
                new ArrayList<>(treatedAs(DmarcPolicy.REJECT).patterns());
        patterns.addAll(treatedAs(DmarcPolicy.QUARANTINE).patterns());
        return AddressPatterns.of(patterns);
    }

    private void overrides() {
        AddressPatterns strict = treatedStrictly();
        if (!strict.isEmpty()) {
            setting(
                    "treat-as-deferred",
                    List.of(unproven(strict), new Condition.OfFlag(Flag.UNDECIDED, true)),
                    deferral(),
                    "The author's domain is listed under treat-as, and the message cannot be authenticated now because of a temporary error.");
        }
        override(DmarcPolicy.REJECT, rejection());
        override(DmarcPolicy.QUARANTINE, quarantine());
    }

    private void override(DmarcPolicy policy, Outcome outcome) {
        AddressPatterns domains = treatedAs(policy);
        if (!domains.isEmpty()) {
            setting(
                    "treat-as-" + policy.keyword(),
                    List.of(unproven(domains)),
                    outcome,
                    "The author's domain is treated as if it published p=" + policy.keyword() + ".");
        }
    }

    private void published() {
        rules.add(
                Rule.builtIn(
                        "dmarc-reject",
                        List.of(failed(), applied(DmarcPolicy.REJECT)),
                        switch (settings.onReject()) {
                            case REJECT -> rejection();
                            case QUARANTINE -> quarantine();
                            case NONE -> new Outcome.Accept();
                        },
                        "The author's domain requests rejection of mail that fails DMARC, and no known forwarder, mailing list or sealer relayed the message."));
        rules.add(Rule.builtIn(
                "dmarc-quarantine",
                List.of(failed(), applied(DmarcPolicy.QUARANTINE)),
                quarantine(),
                "The author's domain requests quarantine of mail that fails DMARC."));
        temporaryErrors();
        rules.add(Rule.builtIn(
                "default",
                List.of(),
                new Outcome.Accept(),
                "No rule objects to the message. A failure of SPF or DKIM alone is no reason to refuse it."));
    }

    /**
     * Rules for temporary errors of DMARC. The sender of a message chooses which DNS servers are queried, so a DNS failure
     * must never be a reason to accept a forged message.
     */
    private void temporaryErrors() {
        rules.add(
                Rule.builtIn(
                        "dmarc-temperror-accepted",
                        List.of(
                                result(ResultKeyword.TEMPERROR),
                                settings.onReject() == DmarcPolicy.NONE
                                        ? applied(DmarcPolicy.NONE, DmarcPolicy.REJECT)
                                        : applied(DmarcPolicy.NONE)),
                        new Outcome.Accept(),
                        "DMARC could not be evaluated because of a temporary error, but the message would be accepted even if DMARC failed."));
        rules.add(
                Rule.builtIn(
                        "dmarc-temperror-deferred",
                        List.of(result(ResultKeyword.TEMPERROR), persistent(false)),
                        deferral(),
                        "DMARC could not be evaluated because of a temporary error, and the policy to apply is reject or quarantine, or unknown."));
        rules.add(
                Rule.builtIn(
                        "dmarc-temperror-quarantined",
                        List.of(result(ResultKeyword.TEMPERROR)),
                        quarantine(),
                        "DMARC could not be evaluated during the whole period of dmarc.defer-for, and the policy to apply is unknown."));
    }

    private static Outcome deferral() {
        return tempFail("DMARC of {author-domain} cannot be evaluated now, try again later ({results})");
    }

    // RFC 9989 §7.2: the word DMARC in the reply text tells the reason.
    private Outcome rejection() {
        return reject(
                550,
                SEVERAL_FAILED,
                "Email rejected per DMARC policy for {author-domain}: no aligned pass ({results}); see " + url());
    }

    private String url() {
        return settings.helpUrl().replace("{", "{{").replace("}", "}}");
    }

    private Outcome quarantine() {
        return new Outcome.Quarantine(settings.quarantineAction());
    }

    private AddressPatterns treatedAs(DmarcPolicy policy) {
        return settings.treatAs().getOrDefault(policy, AddressPatterns.NONE);
    }

    private void setting(String name, List<Condition> when, Outcome outcome, String reason) {
        rules.add(new Rule(
                name,
                new Rule.Origin(Rule.Kind.SETTING, "built in, as set"),
                when,
                List.of(),
                outcome,
                FieldEdits.NONE,
                reason));
    }

    private static Outcome reject(int code, String enhancedCode, String text) {
        return new Outcome.Reject(ReplyTemplate.of(code, enhancedCode, text));
    }

    private static Outcome tempFail(String text) {
        return new Outcome.TempFail(ReplyTemplate.of(451, "4.7.0", text));
    }

    private static Condition author(AddressPatterns patterns) {
        return new AddressCondition(AddressCondition.Subject.AUTHOR, patterns);
    }

    private static Condition unproven(AddressPatterns patterns) {
        return new DomainCondition(DomainCondition.Subject.UNPROVEN_AUTHOR, patterns);
    }

    private static Condition persistent(boolean value) {
        return new Condition.OfFlag(Flag.PERSISTENT_TEMPERROR, value);
    }

    private static Condition failed() {
        return result(ResultKeyword.FAIL);
    }

    private static Condition result(ResultKeyword... results) {
        return new Condition.OfResult(Method.DMARC, Set.of(results));
    }

    private static Condition applied(DmarcPolicy... policies) {
        return new Condition.OfPolicy(true, Set.of(policies));
    }
}
