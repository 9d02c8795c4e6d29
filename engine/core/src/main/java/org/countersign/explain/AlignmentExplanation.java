package org.countersign.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.AlignmentMode;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.IdentifierAlignment;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.DomainName;
import org.countersign.policy.MessageFacts;
import org.countersign.syntax.Keyword;

/** Explains for each domain of SPF and DKIM whether it was compared with the Author Domain, and with what result. */
final class AlignmentExplanation {
    private final MessageFacts facts;
    private final DmarcEvidence evidence;

    AlignmentExplanation(MessageFacts facts, DmarcEvidence evidence) {
        this.facts = facts;
        this.evidence = evidence;
    }

    /** One comparison for SPF and one for each signature. */
    Explanation.Items comparisons() {
        List<Explanation> comparisons = new ArrayList<>();
        facts.spf()
                .domain()
                .ifPresent(domain -> comparisons.add(
                        comparison(Mechanism.SPF, domain, facts.spf().keyword(), true)));
        for (DkimResult result : facts.signatures()) {
            result.signature()
                    .sdid()
                    .ifPresent(domain -> comparisons.add(comparison(
                            Mechanism.DKIM,
                            domain,
                            result.keyword(),
                            !(result instanceof DkimResult.Pass)
                                    || result.signature().coversWholeBody())));
        }
        return new Explanation.Items(comparisons);
    }

    private Explanation comparison(Mechanism mechanism, DomainName domain, String result, boolean wholeBody) {
        Optional<IdentifierAlignment> compared = evidence.alignments().stream()
                .filter(each -> each.mechanism() == mechanism && each.domain().equals(domain) && counts(each, result))
                .findFirst()
                .filter(unused -> wholeBody);
        Explanation.Group tree = new Explanation.Group()
                .word("mechanism", mechanism)
                .text("domain", domain)
                .text("result", result)
                .text("mode", mode(mechanism).map(Keyword::of))
                .flag("compared", compared.isPresent())
                .flag("aligned", compared.filter(IdentifierAlignment::isAligned).isPresent())
                .text("organizational-domain", compared.flatMap(IdentifierAlignment::organizationalDomain));
        return tree.text("explain", explain(mechanism, domain, result, wholeBody, compared));
    }

    /** Two signatures of one domain may have different results. */
    private static boolean counts(IdentifierAlignment alignment, String result) {
        return switch (alignment.identifier().status()) {
            case AUTHENTICATED -> result.equals("pass");
            case UNRESOLVED -> result.equals("temperror");
        };
    }

    private Optional<AlignmentMode> mode(Mechanism mechanism) {
        return evidence.published().map(published -> published.record().alignment(mechanism));
    }

    private String explain(
            Mechanism mechanism,
            DomainName domain,
            String result,
            boolean wholeBody,
            Optional<IdentifierAlignment> compared) {
        if (compared.isPresent()) {
            return domain + " " + compared.get().alignment().describe();
        }
        if (!wholeBody) {
            return domain + " was not compared, because the signature leaves out a part of the body";
        }
        return result.equals("pass")
                ? domain + " was not compared, because no DMARC record applies"
                : domain + " was not compared, because " + mechanism.label() + " ended in " + result;
    }
}
