package org.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.Alignment;
import org.countersign.dmarc.DiscoveryMethod;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcProblem;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dmarc.Mechanism;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.dmarc.RequestedPolicy;
import org.countersign.domain.DomainName;
import org.countersign.policy.AlternativeDecision.Change;

/**
 * Tries changes of SPF, DKIM and the published policy, each by itself. A change whose result of DMARC would depend on
 * unknown answers of the DNS is not tried.
 */
final class AuthenticationChanges {
    private final SensitivityAnalysis analysis;
    private final RuleContext base;
    private final MessageFacts facts;
    private final DmarcResult dmarc;
    private final DmarcEvidence evidence;
    private final DomainName author;

    /**
     * @param dmarc the result of DMARC for the one Author Domain
     */
    AuthenticationChanges(SensitivityAnalysis analysis, MessageFacts facts, DmarcResult dmarc) {
        this.analysis = analysis;
        this.base = analysis.facts();
        this.facts = facts;
        this.dmarc = dmarc;
        this.evidence = dmarc.evidence();
        this.author = evidence.authorDomain();
    }

    void tryAll() {
        spfPass();
        dkimPass();
        withoutSpf();
        withoutDkim();
        dmarcFail();
        publishedPolicy();
        publishedRecord();
    }

    /** Whether a DMARC record applies, so that a pass for the Author Domain itself is a pass of DMARC. */
    private boolean recordApplies() {
        return !evidence.possiblePolicies().isEmpty();
    }

    private void spfPass() {
        if (base.spf().authenticated().filter(author::equals).isEmpty() && !evidence.isAligned(Mechanism.SPF)) {
            Finding pass = new Finding(ResultKeyword.PASS, Optional.of(author));
            analysis.tryFacts(
                    Change.SPF_PASS, SpfWords.condition(author, facts), base.with(pass, base.dkim(), passed()));
        }
    }

    private DmarcFinding passed() {
        if (!recordApplies()) {
            return base.dmarc();
        }
        DmarcFinding passed = base.dmarc().withResult(ResultKeyword.PASS);
        boolean doesNotExist = evidence.requested()
                .filter(requested -> requested.tag() == RequestedPolicy.Tag.NP)
                .isPresent();
        // A name with a record exists, so that another tag applies to it.
        return doesNotExist
                ? evidence.published()
                        .map(published -> existing(passed, published.record()))
                        .orElse(passed)
                : passed;
    }

    private static DmarcFinding existing(DmarcFinding finding, DmarcRecord record) {
        DmarcPolicy declared = record.subdomainPolicy().or(record::policy).orElse(DmarcPolicy.NONE);
        return finding.withPolicy(declared, record.testing() ? declared.oneLevelBelow() : declared);
    }

    private void dkimPass() {
        if (base.dkim().stream()
                        .anyMatch(signature ->
                                signature.authenticated().filter(author::equals).isPresent())
                || evidence.isAligned(Mechanism.DKIM)) {
            return;
        }
        List<Finding> signatures = new ArrayList<>(base.dkim());
        Finding pass = new Finding(ResultKeyword.PASS, Optional.of(author));
        String condition = "the message had a DKIM signature of " + author + " that verifies";
        for (int i = 0; i < signatures.size(); i++) {
            if (signatures.get(i).domain().filter(author::equals).isPresent()) {
                signatures.set(i, pass);
                condition = verified(facts.signatures().get(i));
                break;
            }
        }
        if (!signatures.contains(pass)) {
            signatures.add(pass);
        }
        analysis.tryFacts(Change.DKIM_PASS, condition, base.with(base.spf(), signatures, passed()));
    }

    private String verified(DkimResult result) {
        String signature = "the signature of " + author + " (selector "
                + result.signature().selector() + ")";
        return result instanceof DkimResult.Pass
                ? signature + " covered the whole body"
                : signature + " verified, which it does not because "
                        + result.failure()
                                .map(failure -> failure.problem().description())
                                .orElse("it was not evaluated");
    }

    private void withoutSpf() {
        if (base.spf().result() == ResultKeyword.PASS) {
            boolean uncertain = base.dkim().stream().anyMatch(AuthenticationChanges::isTemporary);
            without(
                    Change.SPF_FAIL,
                    "SPF had not passed for " + facts.spf().domain().orElse(author),
                    base.with(failed(base.spf()), base.dkim(), base.dmarc()),
                    Mechanism.DKIM,
                    uncertain);
        }
    }

    private void withoutDkim() {
        if (base.dkim().stream().anyMatch(signature -> signature.result() == ResultKeyword.PASS)) {
            List<Finding> without =
                    base.dkim().stream().map(AuthenticationChanges::failed).toList();
            boolean uncertain =
                    isTemporary(base.spf()) || base.dkim().stream().anyMatch(AuthenticationChanges::isTemporary);
            without(
                    Change.DKIM_FAIL,
                    "no DKIM signature had verified",
                    base.with(base.spf(), without, base.dmarc()),
                    Mechanism.SPF,
                    uncertain);
        }
    }

    /**
     * Tries facts in which one mechanism does not pass.
     *
     * @param other the mechanism that is left
     * @param uncertain whether a temporary error could be an aligned pass
     */
    private void without(Change change, String condition, RuleContext changed, Mechanism other, boolean uncertain) {
        if (dmarc instanceof DmarcResult.TempError) {
            // Without the pass, the lookup that failed may not be needed.
            return;
        }
        boolean undecided = evidence.alignments().stream()
                .anyMatch(each -> each.mechanism() == other && each.alignment() == Alignment.UNDECIDED);
        if (!(dmarc instanceof DmarcResult.Pass) || evidence.isAligned(other)) {
            analysis.tryFacts(change, condition, changed);
        } else if (!uncertain && !undecided && hasOnePolicy() && !isSampled()) {
            analysis.tryFacts(
                    change,
                    condition,
                    changed.with(changed.spf(), changed.dkim(), base.dmarc().withResult(ResultKeyword.FAIL)));
        }
    }

    private static boolean isTemporary(Finding finding) {
        return finding.result() == ResultKeyword.TEMPERROR;
    }

    /** A result as it would be without its pass. */
    private static Finding failed(Finding finding) {
        return finding.result() == ResultKeyword.PASS ? new Finding(ResultKeyword.FAIL, finding.domain()) : finding;
    }

    private void dmarcFail() {
        if (base.dmarc().result() == ResultKeyword.TEMPERROR && hasOnePolicy() && !isSampled()) {
            analysis.tryFacts(
                    Change.DMARC_FAIL,
                    "the DNS had answered, and no aligned domain had passed",
                    base.with(
                            resolved(base.spf()),
                            base.dkim().stream()
                                    .map(AuthenticationChanges::resolved)
                                    .toList(),
                            base.dmarc().withResult(ResultKeyword.FAIL)));
        }
    }

    private static Finding resolved(Finding finding) {
        return isTemporary(finding) ? new Finding(ResultKeyword.FAIL, finding.domain()) : finding;
    }

    private boolean hasOnePolicy() {
        return evidence.requested().isPresent();
    }

    /** Whether chance decides which policy applies (RFC 7489 §6.6.4). */
    private boolean isSampled() {
        return evidence.discovery().method() == DiscoveryMethod.PUBLIC_SUFFIX_LIST
                && evidence.published()
                        .filter(published -> published.record().text().latin1().contains("pct"))
                        .isPresent();
    }

    private void publishedPolicy() {
        if (evidence.published().isEmpty() || evidence.requested().isEmpty() || isSampled()) {
            return;
        }
        PublishedPolicy published = evidence.published().get();
        RequestedPolicy requested = evidence.requested().get();
        boolean testing = evidence.discovery().method() == DiscoveryMethod.TREE_WALK
                && published.record().testing();
        String record = "the DMARC record of " + published.policyDomain();
        for (DmarcPolicy other : DmarcPolicy.values()) {
            if (other != requested.declared()) {
                policy(
                        Change.PUBLISHED_POLICY,
                        record + " had " + tags(published, requested, other),
                        other,
                        testing ? other.oneLevelBelow() : other);
            }
        }
        if (testing) {
            policy(
                    Change.TEST_MODE,
                    record + " did not have t=y (test mode)",
                    requested.declared(),
                    requested.declared());
        }
    }

    /** The tags that must have the other policy. */
    private static String tags(PublishedPolicy published, RequestedPolicy requested, DmarcPolicy other) {
        String tag = requested.tag() == RequestedPolicy.Tag.SUBSTITUTED
                ? RequestedPolicy.Tag.P.label()
                : requested.tag().label();
        String text = tag + "=" + other.keyword();
        // If np makes no difference, it is not known whether the Author Domain exists.
        boolean existenceUnknown = published.source() != PublishedPolicy.Source.AUTHOR_DOMAIN
                && requested.tag() != RequestedPolicy.Tag.NP
                && published.record().nonexistentPolicy().isPresent()
                && !published.record().distinguishesNonexistent();
        return existenceUnknown ? text + " and np=" + other.keyword() : text;
    }

    private void policy(Change change, String condition, DmarcPolicy declared, DmarcPolicy applied) {
        analysis.tryFacts(
                change,
                condition,
                base.with(base.spf(), base.dkim(), base.dmarc().withPolicy(declared, applied)));
    }

    /** A record at the Author Domain itself, which has none that can be used. */
    private void publishedRecord() {
        boolean none = dmarc instanceof DmarcResult.None missing && missing.problem() == DmarcProblem.NO_RECORD;
        if (!none) {
            return;
        }
        resultWithRecord().ifPresent(result -> {
            for (DmarcPolicy policy : DmarcPolicy.values()) {
                DmarcFinding finding = base.dmarc().withResult(result).withPolicy(policy, policy);
                analysis.tryFacts(
                        Change.PUBLISHED_RECORD,
                        author + " published a DMARC record with p=" + policy.keyword(),
                        base.with(base.spf(), base.dkim(), finding));
            }
        });
    }

    /**
     * The result of DMARC if the only record were that of the Author Domain, which is then the Organizational Domain. Empty
     * if it depends on records that are not known.
     */
    private Optional<ResultKeyword> resultWithRecord() {
        Set<DomainName> authenticated = base.authenticatedDomains();
        if (authenticated.contains(author)) {
            return Optional.of(ResultKeyword.PASS);
        }
        boolean certain = evidence.discovery().method() == DiscoveryMethod.TREE_WALK
                ? authenticated.stream().noneMatch(domain -> domain.isWithin(author))
                : authenticated.isEmpty();
        boolean temporary =
                isTemporary(base.spf()) || base.dkim().stream().anyMatch(AuthenticationChanges::isTemporary);
        return certain && !temporary ? Optional.of(ResultKeyword.FAIL) : Optional.empty();
    }
}
