package org.countersign.cli;

import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.DmarcComparison;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcProblem;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dmarc.FailureReporting;
import org.countersign.dmarc.IdentifierAlignment;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.dmarc.ReportUri;
import org.countersign.dmarc.RequestedPolicy;
import org.countersign.dmarc.TreeWalk;
import org.countersign.dns.NearMiss;
import org.countersign.policy.MessageFacts;

/** All there is to say about DMARC. */
final class DmarcTree {
    private DmarcTree() {}

    static Evidence.Group of(MessageFacts facts) {
        Evidence.Group tree = new Evidence.Group().text("result", facts.dmarcKeyword());
        return facts.dmarc()
                .map(result -> evaluated(tree, result))
                .orElseGet(() -> tree.text("explain", "There is no single Author Domain."));
    }

    private static Evidence.Group evaluated(Evidence.Group tree, DmarcResult result) {
        return fields(tree, result).group("shadow", result.evidence().shadow(), DmarcTree::shadow);
    }

    private static Evidence shadow(DmarcComparison shadow) {
        Evidence.Group tree = new Evidence.Group()
                .texts(
                        "differs-in",
                        shadow.differences().stream()
                                .map(DmarcComparison.Difference::keyword)
                                .toList())
                .text("result", shadow.result().keyword());
        return fields(tree, shadow.result());
    }

    private static Evidence.Group fields(Evidence.Group tree, DmarcResult result) {
        DmarcEvidence evidence = result.evidence();
        tree.text("domain", evidence.authorDomain())
                .text("method", evidence.method().keyword())
                .text("organizational-domain", evidence.organizationalDomain())
                .text("problem", problem(result).map(Evidence::word))
                .group("policy", evidence.requested(), DmarcTree::policy);
        if (!evidence.candidates().isEmpty()) {
            tree.list("policy-candidates", evidence.candidates(), DmarcTree::policy);
        }
        return tree.group("published", evidence.published(), DmarcTree::published)
                .list("identifiers", evidence.identifiers(), DmarcTree::identifier)
                .list("unresolved", evidence.unresolved(), DmarcTree::identifier)
                .list("walks", evidence.walks(), DmarcTree::walk)
                .text("explain", result.explain());
    }

    private static Optional<DmarcProblem> problem(DmarcResult result) {
        return switch (result) {
            case DmarcResult.Pass pass -> Optional.empty();
            case DmarcResult.Fail fail -> Optional.of(fail.problem());
            case DmarcResult.None none -> Optional.of(none.problem());
            case DmarcResult.TempError error -> Optional.of(error.problem());
            case DmarcResult.PermError error -> Optional.of(error.problem());
        };
    }

    private static Evidence policy(RequestedPolicy policy) {
        return new Evidence.Group()
                .text("declared", policy.declared().keyword())
                .word("declared-by", policy.tag())
                .text("applied", policy.applied().keyword());
    }

    private static Evidence published(PublishedPolicy published) {
        return new Evidence.Group()
                .text("domain", published.policyDomain())
                .word("found-at", published.source())
                .put("record", record(published.record()));
    }

    private static Evidence record(DmarcRecord record) {
        List<FailureReporting> options =
                record.failureReporting().stream().sorted().toList();
        return new Evidence.Group()
                .text("text", record.text().latin1())
                .text("p", record.policy().map(DmarcPolicy::keyword))
                .text("sp", record.subdomainPolicy().map(DmarcPolicy::keyword))
                .text("np", record.nonexistentPolicy().map(DmarcPolicy::keyword))
                .flag("policy-valid", record.policyTagsValid())
                .word("adkim", record.dkimAlignment())
                .word("aspf", record.spfAlignment())
                .word("psd", record.psd())
                .flag("testing", record.testing())
                .texts(
                        "rua",
                        record.aggregateReports().stream().map(ReportUri::uri).toList())
                .texts(
                        "ruf",
                        record.failureReports().stream().map(ReportUri::uri).toList())
                .list("fo", options, option -> new Evidence.Text(Evidence.word(option)))
                .texts(
                        "diagnostics",
                        record.diagnostics().stream()
                                .map(DmarcRecord.Diagnostic::describe)
                                .toList());
    }

    private static Evidence identifier(IdentifierAlignment identifier) {
        return new Evidence.Group()
                .text("domain", identifier.domain())
                .word("mechanism", identifier.mechanism())
                .flag("aligned", identifier.isAligned())
                .word("alignment", identifier.alignment())
                .text("organizational-domain", identifier.organizationalDomain())
                .text(
                        "explain",
                        identifier.domain() + " " + identifier.alignment().describe());
    }

    private static Evidence walk(TreeWalk walk) {
        return new Evidence.Group().text("start", walk.start()).list("steps", walk.steps(), DmarcTree::step);
    }

    private static Evidence nearMiss(NearMiss near) {
        return new Evidence.Group().text("record", near.record()).text("problem", near.problem());
    }

    private static Evidence step(TreeWalk.Step step) {
        Evidence.Group tree = new Evidence.Group().text("domain", step.name());
        return switch (step.finding()) {
            case TreeWalk.Finding.Published found ->
                tree.text("finding", "record")
                        .text("record", found.record().text().latin1());
            case TreeWalk.Finding.Several several ->
                tree.text("finding", "several-records").count("records", several.count());
            case TreeWalk.Finding.Nothing nothing ->
                tree.text("finding", "nothing").list("near-misses", nothing.nearMisses(), DmarcTree::nearMiss);
            case TreeWalk.Finding.Trouble trouble ->
                tree.text("finding", "trouble").text("detail", trouble.detail());
        };
    }
}
