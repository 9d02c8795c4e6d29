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

/** The rules that are there without anybody having written them, as far as they are set. */
final class BuiltInRules {
    private static final Rule.Origin ALWAYS = new Rule.Origin(Rule.Kind.UNCONDITIONAL, "built in, in every mode");
    // RFC 7372 §3.3: several checks were made and failed.
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
            "treat-as-deferred",
            "treat-as-reject",
            "treat-as-quarantine",
            "dmarc-reject",
            "dmarc-quarantine",
            "dmarc-temperror-accepted",
            "dmarc-temperror-deferred",
            "dmarc-temperror-quarantined",
            "default");

    /** Those that defer a message until DMARC of its Author Domain can be evaluated, and not forever. */
    static final Set<String> DEFERRING =
            Set.of("ambiguous-spelling-undecided", "treat-as-deferred", "dmarc-temperror-deferred");

    private final PolicySettings settings;
    private final List<Rule> rules = new ArrayList<>();

    private BuiltInRules(PolicySettings settings) {
        this.settings = settings;
    }

    /** What comes before the operator's rules: what must not be let in, or cannot be read whole and so not judged. */
    static List<Rule> before() {
        return List.of(
                new Rule(
                        "too-many-forged-results",
                        ALWAYS,
                        List.of(new Condition.OfFlag(Flag.TOO_MANY_FORGED, true)),
                        List.of(),
                        reject(550, "5.7.1", "The message has too many Authentication-Results fields"),
                        FieldEdits.NONE,
                        "Delivered, the message would carry results in our name that are not ours."),
                Rule.builtIn(
                        "oversized-header",
                        List.of(new Condition.OfFlag(Flag.HEADER_TOO_LARGE, true)),
                        reject(552, "5.3.4", "The header section of the message is too large"),
                        "What cannot be read whole cannot be judged."),
                Rule.builtIn(
                        "broken-header",
                        List.of(new Condition.OfFlag(Flag.BROKEN_HEADER, true)),
                        reject(550, "5.6.0", "The message header has {header-problem}, which RFC 5322 does not allow"),
                        "Other programs may find an author or results behind it that were not checked."));
    }

    /** What comes after the operator's rules; the last one takes whatever is left. */
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
                "Mail without an author escapes DMARC (RFC 9989, section 11.5)."));
        rules.add(Rule.builtIn(
                "ambiguous-author",
                List.of(new Condition.OfAuthor(Set.of(AuthorFinding.AMBIGUOUS))),
                reject(550, "5.7.1", "The author of the message is not clear: {author-problem}"),
                "Programs may show another author than the one that was checked (RFC 9989, section 11.5)."));
    }

    // RFC 9989 §11.5: software misspells From fields every day, and so do forgers; a pass tells them apart.
    private void spelling() {
        Condition misspelled = new Condition.OfAuthorProblem(Set.of(AuthorProblem.SPELLING));
        rules.add(Rule.builtIn(
                "ambiguous-spelling-undecided",
                List.of(misspelled, result(ResultKeyword.TEMPERROR), lasting(false)),
                deferral(),
                "A From field in an unusual spelling needs a pass, and whether there is one cannot be told now."));
        rules.add(new Rule(
                "ambiguous-spelling",
                Rule.Origin.BUILT_IN,
                List.of(misspelled),
                List.of(result(ResultKeyword.PASS)),
                reject(550, "5.7.1", "The author of the message is not clear: {author-problem}"),
                FieldEdits.NONE,
                "A From field in an unusual spelling is let in with dmarc=pass only."));
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
                tempFail("It cannot be checked now whether this may be sent as {author-domain}, try again later"),
                "The author's domain is under protect, and whether it may be used so cannot be told now.");
        setting(
                "protect",
                List.of(unproven),
                reject(
                        550,
                        SEVERAL_FAILED,
                        "Email as {author-domain} is refused here unless it proves to be: no aligned pass ({results});"
                                + " see " + url()),
                "The author's domain is under protect, whatever the DNS says of it.");
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
                    "The author's domain is on the list fail-open.");
        }
        if (!settings.failClosed().isEmpty()) {
            setting(
                    "fail-closed",
                    List.of(author(settings.failClosed()), result(ResultKeyword.TEMPERROR)),
                    tempFail("DMARC of {author-domain} cannot be evaluated now, try again later"),
                    "The author's domain is on the list fail-closed.");
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
                "Mail that a known forwarder, list or sealer passes on fails often and honestly.");
        AddressPatterns severe = severe();
        if (!severe.isEmpty()) {
            setting(
                    "indirect-flow-treated",
                    List.of(unproven(severe), known),
                    outcome,
                    "The same for mail of domains under treat-as.");
        }
        if (!flow.sealers().isEmpty()) {
            setting(
                    "indirect-flow-undecided",
                    List.of(
                            failed(),
                            applied(DmarcPolicy.REJECT),
                            new Condition.OfResult(Method.ARC, Set.of(ResultKeyword.TEMPERROR))),
                    tempFail("The ARC chain cannot be checked now, try again later"),
                    "A trusted sealer may have seen it pass, which cannot be told now.");
        }
    }

    private AddressPatterns severe() {
        List<AddressPattern> patterns =
                new ArrayList<>(treatedAs(DmarcPolicy.REJECT).patterns());
        patterns.addAll(treatedAs(DmarcPolicy.QUARANTINE).patterns());
        return AddressPatterns.of(patterns);
    }

    private void overrides() {
        AddressPatterns severe = severe();
        if (!severe.isEmpty()) {
            setting(
                    "treat-as-deferred",
                    List.of(unproven(severe), new Condition.OfFlag(Flag.UNDECIDED, true)),
                    deferral(),
                    "The author's domain is under treat-as, and whether the message has an aligned pass cannot be told now.");
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
                        "Its domain wants mail that fails to be refused, and nothing shows that it came by a way that is known."));
        rules.add(Rule.builtIn(
                "dmarc-quarantine",
                List.of(failed(), applied(DmarcPolicy.QUARANTINE)),
                quarantine(),
                "Its domain wants mail that fails to be held for suspicious."));
        temporaryErrors();
        rules.add(Rule.builtIn(
                "default",
                List.of(),
                new Outcome.Accept(),
                "Nothing speaks against it; SPF or DKIM alone refuse nothing."));
    }

    /**
     * Rules for temporary errors of DMARC. The sender of a message chooses whose DNS is asked, so no failure of the DNS
     * may let a forgery in.
     */
    private void temporaryErrors() {
        rules.add(Rule.builtIn(
                "dmarc-temperror-accepted",
                List.of(
                        result(ResultKeyword.TEMPERROR),
                        settings.onReject() == DmarcPolicy.NONE
                                ? applied(DmarcPolicy.NONE, DmarcPolicy.REJECT)
                                : applied(DmarcPolicy.NONE)),
                new Outcome.Accept(),
                "DMARC cannot be evaluated now, but the message would be accepted even if DMARC failed."));
        rules.add(Rule.builtIn(
                "dmarc-temperror-deferred",
                List.of(result(ResultKeyword.TEMPERROR), lasting(false)),
                deferral(),
                "DMARC cannot be evaluated now, and the policy to apply is reject or quarantine, or is not known."));
        rules.add(Rule.builtIn(
                "dmarc-temperror-quarantined",
                List.of(result(ResultKeyword.TEMPERROR)),
                quarantine(),
                "DMARC could not be evaluated for all of dmarc.defer-for, and the policy to apply is not known."));
    }

    private static Outcome deferral() {
        return tempFail("DMARC of {author-domain} cannot be evaluated now, try again later ({results})");
    }

    // RFC 9989 §7.2: the word DMARC belongs in the text.
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
        return new Outcome.Quarantine(settings.quarantining());
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

    private static Condition lasting(boolean value) {
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
