package org.countersign.reports.collect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.Alignment;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.IdentifierAlignment;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.DomainName;
import org.countersign.policy.MessageFacts;

/** Makes the column {@code auth} of a row: the results of DKIM in the order of RFC 9990 §3.1.3, then that of SPF. */
final class AuthColumn {
    private static final int MAX_SIGNATURES = 20;

    private AuthColumn() {}

    /** One signature with its place in the order. */
    private record Ranked(int rank, String line) {}

    static String of(MessageFacts facts, DmarcEvidence evidence) {
        List<Ranked> signatures = new ArrayList<>();
        for (DkimResult result : facts.signatures()) {
            // Nothing was attempted, so there is no result.
            if (!(result instanceof DkimResult.NotEvaluated)
                    && result.signature().sdid().isPresent()) {
                DomainName domain = result.signature().sdid().get();
                signatures.add(new Ranked(
                        rank(result, domain, evidence),
                        "dkim " + result.keyword() + " " + domain + " "
                                + ReportedText.word(result.signature().selector())));
            }
        }
        signatures.sort(Comparator.comparingInt(Ranked::rank));
        StringJoiner lines = new StringJoiner("\n");
        for (Ranked signature : signatures.subList(0, Math.min(signatures.size(), MAX_SIGNATURES))) {
            lines.add(signature.line());
        }
        facts.spf().domain().ifPresent(domain -> lines.add("spf " + facts.spf().keyword() + " " + domain));
        return lines.toString();
    }

    private static int rank(DkimResult result, DomainName domain, DmarcEvidence evidence) {
        if (!(result instanceof DkimResult.Pass)) {
            return 3;
        }
        Alignment alignment = alignment(domain, evidence);
        if (alignment == Alignment.IDENTICAL) {
            return 0;
        }
        // One aligned signature is enough for the engine, so others are not compared: their names tell nearly as much.
        boolean related = alignment == Alignment.NOT_NEEDED
                && evidence.discovery()
                        .organizationalDomain()
                        .filter(domain::isWithin)
                        .isPresent();
        return alignment.isAligned() || related ? 1 : 2;
    }

    private static Alignment alignment(DomainName domain, DmarcEvidence evidence) {
        for (IdentifierAlignment each : evidence.authenticated()) {
            if (each.mechanism() == Mechanism.DKIM && each.domain().equals(domain)) {
                return each.alignment();
            }
        }
        return Alignment.NOT_NEEDED;
    }
}
