package org.countersign.reports.collect;

import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.Alignment;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.Identifier;
import org.countersign.dmarc.IdentifierAlignment;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.DomainName;
import org.countersign.policy.MessageFacts;
import org.countersign.syntax.SipHash;

/** Makes the column {@code auth} of a row: the results of DKIM in the order of RFC 9990 §3.1.3, then that of SPF. */
final class AuthColumn {
    private static final int MAX_SIGNATURES = 20;
    private static final int NOT_LISTED = 4;

    private AuthColumn() {}

    static String of(MessageFacts facts, DmarcEvidence evidence) {
        StringJoiner lines = new StringJoiner("\n");
        List<DkimResult> signatures = facts.signatures();
        int listed = 0;
        for (int rank = 0; rank < NOT_LISTED; rank++) {
            for (DkimResult each : signatures) {
                if (listed < MAX_SIGNATURES && rank(each, evidence) == rank) {
                    lines.add("dkim " + each.keyword() + " " + sdid(each) + " "
                            + ReportedText.word(each.signature().selector()));
                    listed++;
                }
            }
        }
        facts.spf().domain().ifPresent(domain -> lines.add("spf " + facts.spf().keyword() + " " + domain));
        return lines.toString();
    }

    /** Adds everything that the column depends on, as the last values of a hash that is used in one process only. */
    @SuppressWarnings("EnumOrdinal")
    static void addTo(SipHash.Values values, MessageFacts facts, DmarcEvidence evidence, String author) {
        Optional<DomainName> domain = facts.spf().domain();
        values.add(domain.isPresent() ? domain.get().toString() : "", author);
        values.add(facts.spf().kind().ordinal());
        for (DkimResult each : facts.signatures()) {
            int rank = rank(each, evidence);
            if (rank < NOT_LISTED) {
                values.add(rank, each.keyword().hashCode());
                values.add(sdid(each), author);
                values.add(each.signature().selector());
            }
        }
    }

    private static String sdid(DkimResult result) {
        Optional<DomainName> domain = result.signature().sdid();
        return domain.isPresent() ? domain.get().toString() : "";
    }

    private static int rank(DkimResult result, DmarcEvidence evidence) {
        Optional<DomainName> domain = result.signature().sdid();
        // Without an attempt there is no result.
        return result instanceof DkimResult.NotEvaluated || domain.isEmpty()
                ? NOT_LISTED
                : rank(result, domain.get(), evidence);
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
        for (IdentifierAlignment each : evidence.alignments()) {
            if (each.mechanism() == Mechanism.DKIM
                    && each.identifier().status() == Identifier.Status.AUTHENTICATED
                    && each.domain().equals(domain)) {
                return each.alignment();
            }
        }
        return Alignment.NOT_NEEDED;
    }
}
