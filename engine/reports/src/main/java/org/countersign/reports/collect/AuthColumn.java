package org.countersign.reports.collect;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.Alignment;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.Identifier;
import org.countersign.dmarc.IdentifierAlignment;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.DomainName;
import org.countersign.policy.MessageFacts;

/** Makes the column {@code auth} of a row: the results of DKIM in the order of RFC 9990 §3.1.3, then that of SPF. */
final class AuthColumn {
    private static final int MAX_SIGNATURES = 20;
    private static final int NOT_LISTED = 4;
    // A guess, so that the text seldom grows.
    private static final int OCTETS = 160;

    private AuthColumn() {}

    static String of(MessageFacts facts, DmarcEvidence evidence) {
        StringBuilder lines = new StringBuilder(OCTETS);
        write(facts, evidence, lines::append);
        return lines.toString();
    }

    /** Writes the column in pieces. */
    static void write(MessageFacts facts, DmarcEvidence evidence, Consumer<String> lines) {
        List<DkimResult> signatures = facts.signatures();
        int[] ranks = new int[signatures.size()];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = rank(signatures.get(i), evidence);
        }
        int listed = 0;
        for (int rank = 0; rank < NOT_LISTED; rank++) {
            for (int i = 0; i < ranks.length; i++) {
                if (ranks[i] == rank && listed < MAX_SIGNATURES) {
                    lines.accept(listed == 0 ? "dkim " : "\ndkim ");
                    write(signatures.get(i), lines);
                    listed++;
                }
            }
        }
        Optional<DomainName> domain = facts.spf().domain();
        if (domain.isPresent()) {
            lines.accept(listed == 0 ? "spf " : "\nspf ");
            lines.accept(facts.spf().keyword());
            lines.accept(" ");
            lines.accept(domain.get().toString());
        }
    }

    private static void write(DkimResult result, Consumer<String> lines) {
        lines.accept(result.keyword());
        lines.accept(" ");
        lines.accept(result.signature().sdid().map(DomainName::toString).orElse(""));
        lines.accept(" ");
        lines.accept(ReportedText.word(result.signature().selector()));
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
