package org.countersign.explain;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.dmarc.DmarcComparison;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcProblem;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dmarc.FailureReporting;
import org.countersign.dmarc.IdentifierAlignment;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.dmarc.RecordQuery;
import org.countersign.dmarc.ReportUri;
import org.countersign.dmarc.RequestedPolicy;
import org.countersign.dns.NearMiss;
import org.countersign.domain.DomainName;
import org.countersign.policy.MessageFacts;
import org.countersign.syntax.Keyword;

/** Explains the DMARC result. */
final class DmarcExplanation {
    private DmarcExplanation() {}

    static Explanation.Group of(MessageFacts facts) {
        Explanation.Group tree = new Explanation.Group().text("result", facts.dmarcKeyword());
        return facts.dmarc()
                .map(result -> evaluated(tree, result))
                .orElseGet(() -> tree.text("explain", "There is no single Author Domain."));
    }

    /** The same with each comparison of a domain with the Author Domain. */
    static Explanation.Group full(MessageFacts facts) {
        Explanation.Group tree = of(facts);
        facts.dmarc()
                .ifPresent(result ->
                        tree.put("comparisons", new AlignmentExplanation(facts, result.evidence()).comparisons()));
        return tree;
    }

    private static Explanation.Group evaluated(Explanation.Group tree, DmarcResult result) {
        return fields(tree, result).group("shadow", result.evidence().comparison(), DmarcExplanation::comparison);
    }

    private static Explanation comparison(DmarcComparison comparison) {
        Explanation.Group tree = new Explanation.Group()
                .texts(
                        "differs-in",
                        comparison.differences().stream()
                                .map(DmarcComparison.Difference::keyword)
                                .toList())
                .text("result", comparison.result().keyword());
        return fields(tree, comparison.result());
    }

    private static Explanation.Group fields(Explanation.Group tree, DmarcResult result) {
        DmarcEvidence evidence = result.evidence();
        tree.text("domain", evidence.authorDomain())
                .text("method", evidence.discovery().method().keyword())
                .text("organizational-domain", evidence.discovery().organizationalDomain())
                .text("problem", problem(result).map(Keyword::of))
                .group("policy", evidence.requested(), DmarcExplanation::policy);
        if (!evidence.candidates().isEmpty()) {
            tree.list("policy-candidates", evidence.candidates(), DmarcExplanation::policy);
        }
        return tree.group("published", evidence.published(), DmarcExplanation::published)
                .list("identifiers", evidence.authenticated(), DmarcExplanation::identifier)
                .list("unresolved", evidence.unresolved(), DmarcExplanation::identifier)
                .put(
                        "walks",
                        new Explanation.Items(Stream.concat(
                                        Stream.of(queries(
                                                evidence.authorDomain(),
                                                evidence.discovery().queries())),
                                        evidence.identifierWalks().stream()
                                                .map(walk -> queries(walk.start(), walk.queries())))
                                .toList()))
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

    private static Explanation policy(RequestedPolicy policy) {
        return new Explanation.Group()
                .text("declared", policy.declared().keyword())
                .word("declared-by", policy.tag())
                .text("applied", policy.applied().keyword());
    }

    private static Explanation published(PublishedPolicy published) {
        return new Explanation.Group()
                .text("domain", published.policyDomain())
                .word("found-at", published.source())
                .put("record", record(published.record()));
    }

    private static Explanation record(DmarcRecord record) {
        List<FailureReporting> options =
                record.failureReporting().stream().sorted().toList();
        return new Explanation.Group()
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
                .list("fo", options, option -> new Explanation.Text(Keyword.of(option)))
                .texts(
                        "diagnostics",
                        record.diagnostics().stream()
                                .map(DmarcRecord.Diagnostic::describe)
                                .toList());
    }

    private static Explanation identifier(IdentifierAlignment identifier) {
        return new Explanation.Group()
                .text("domain", identifier.domain())
                .word("mechanism", identifier.mechanism())
                .flag("aligned", identifier.isAligned())
                .word("alignment", identifier.alignment())
                .text("organizational-domain", identifier.organizationalDomain())
                .text(
                        "explain",
                        identifier.domain() + " " + identifier.alignment().describe());
    }

    private static Explanation queries(DomainName start, List<RecordQuery> queries) {
        return new Explanation.Group().text("start", start).list("steps", queries, DmarcExplanation::query);
    }

    private static Explanation nearMiss(NearMiss near) {
        return new Explanation.Group().text("record", near.record()).text("problem", near.problem());
    }

    private static Explanation query(RecordQuery query) {
        Explanation.Group tree = new Explanation.Group().text("domain", query.name());
        return switch (query.finding()) {
            case RecordQuery.Finding.Published found ->
                tree.text("finding", "record")
                        .text("record", found.record().text().latin1());
            case RecordQuery.Finding.Several several ->
                tree.text("finding", "several-records").count("records", several.count());
            case RecordQuery.Finding.NoRecord none ->
                tree.text("finding", "nothing").list("near-misses", none.nearMisses(), DmarcExplanation::nearMiss);
            case RecordQuery.Finding.LookupFailed failed ->
                tree.text("finding", "trouble").text("detail", failed.detail());
        };
    }
}
