package org.countersign.simulate;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.Client;
import org.countersign.arc.ArcProblem;
import org.countersign.arc.ArcResult;
import org.countersign.arc.ArcSet;
import org.countersign.archive.RecoveredTransaction;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimSignature;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.keys.SignatureProblem;
import org.countersign.message.AuthorDomain;
import org.countersign.policy.DmarcFinding;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.ResultKeyword;
import org.countersign.policy.RuleContext;
import org.countersign.policy.UnknownFact;

/**
 * The facts about a message that was evaluated with the DNS of now. A failure is certain only if nothing that happened since
 * its arrival can explain it.
 */
final class EvaluatedEvidence {
    private static final int SHARED_LABELS = 2;

    private final MessageFacts facts;
    private final RecoveredTransaction transaction;
    private final Set<UnknownFact> unknown = EnumSet.of(UnknownFact.OTHER_RECIPIENTS);
    private final Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);

    private EvaluatedEvidence(MessageFacts facts, RecoveredTransaction transaction) {
        this.facts = facts;
        this.transaction = transaction;
    }

    static Evidence of(MessageFacts facts, RecoveredTransaction transaction) {
        return new EvaluatedEvidence(facts, transaction).read();
    }

    private Evidence read() {
        boolean spfMayPass = spfMayPass();
        boolean dkimMayPass = dkimMayPass();
        chain();
        RuleContext base = RuleContext.of(facts);
        List<RuleContext> possible = new ArrayList<>(List.of(base));
        DmarcFinding dmarc = base.dmarc();
        if (dmarc.result() == ResultKeyword.TEMPERROR) {
            doubts.add(Doubt.DNS_FAILED);
            possible.add(base.withDmarc(ResultKeyword.PASS));
            if (dmarc.applied().isPresent()) {
                possible.add(base.withDmarc(ResultKeyword.FAIL));
            }
        } else if (dmarc.result() == ResultKeyword.FAIL && (spfMayPass || dkimMayPass)) {
            possible.add(base.withDmarc(ResultKeyword.PASS));
        }
        return new Evidence(ResultsSource.AGAIN, possible, unknown, doubts, facts.wasSentByAuthorDomain());
    }

    private void doubt(UnknownFact fact, Doubt reason) {
        unknown.add(fact);
        doubts.add(reason);
    }

    /** Whether SPF may have passed for an aligned domain, although it does not now. */
    private boolean spfMayPass() {
        boolean clientKnown = transaction
                .client()
                .filter(fact -> fact.value() instanceof Client.Ip(InetAddress address, String name))
                .isPresent();
        if (!clientKnown) {
            doubt(UnknownFact.CLIENT, Doubt.NO_CLIENT);
            unknown.addAll(Set.of(UnknownFact.CLIENT_NAME, UnknownFact.HELO, UnknownFact.SPF));
        }
        Optional<ReversePath> mailFrom = transaction.mailFrom().map(fact -> fact.value());
        if (mailFrom.isEmpty()) {
            doubt(UnknownFact.MAIL_FROM, Doubt.NO_MAIL_FROM);
            unknown.add(UnknownFact.SPF);
            return true;
        }
        if (facts.spf().keyword().equals(ResultKeyword.TEMPERROR.word())) {
            doubt(UnknownFact.SPF, Doubt.DNS_FAILED);
            return isRelated(facts.spf().domain());
        }
        // Without a client, the domain of the reverse-path decides whether a pass would be aligned.
        return !clientKnown
                && switch (mailFrom.get()) {
                    case ReversePath.Address address -> isRelated(address.domain());
                    case ReversePath.Null none -> true;
                };
    }

    /** Whether a signature may have passed for an aligned domain, although it does not now. */
    private boolean dkimMayPass() {
        boolean aligned = false;
        for (DkimResult result : facts.signatures()) {
            Optional<Doubt> doubt = doubtOf(result);
            if (doubt.isPresent()) {
                doubt(UnknownFact.DKIM, doubt.get());
                aligned |= isRelated(result.signature().sdid());
            }
        }
        return aligned;
    }

    private Optional<Doubt> doubtOf(DkimResult result) {
        if (result.failure().isEmpty()) {
            return Optional.empty();
        }
        SignatureProblem problem = result.failure().get().problem();
        return switch (problem) {
            case NO_KEY, KEY_REVOKED -> Optional.of(Doubt.KEY_IS_GONE);
            case EXPIRED -> isExpiredAtArrival(result.signature()) ? Optional.empty() : expired();
            case KEY_UNAVAILABLE, KEY_LOOKUP_GIVEN_UP -> Optional.of(Doubt.DNS_FAILED);
            case BODY_SHORTER_THAN_SIGNED, BODY_HASH_MISMATCH -> isBodyIntact() ? Optional.empty() : damaged();
            case SIGNATURE_MISMATCH -> areFieldsIntact(result.signature()) ? Optional.empty() : damaged();
            default -> Optional.empty();
        };
    }

    private static Optional<Doubt> damaged() {
        return Optional.of(Doubt.SIGNATURE_MAY_BE_DAMAGED);
    }

    private static Optional<Doubt> expired() {
        return Optional.of(Doubt.SIGNATURE_HAS_EXPIRED);
    }

    private boolean isExpiredAtArrival(DkimSignature signature) {
        Optional<Instant> arrival = transaction.when();
        return arrival.isPresent()
                && signature.expiresAt().filter(arrival.get()::isAfter).isPresent();
    }

    /** Whether another signature proves that the body is the one that arrived. */
    private boolean isBodyIntact() {
        return facts.signatures().stream()
                        .anyMatch(other -> other instanceof DkimResult.Pass
                                && other.signature().coversWholeBody())
                || (facts.arc() instanceof ArcResult.Pass pass
                        && pass.chain().newest().content() == ArcSet.Content.INTACT);
    }

    /** Whether another signature proves that the signed fields and the body are those that arrived. */
    private boolean areFieldsIntact(DkimSignature signature) {
        Set<String> signed = new HashSet<>(signature.headerNames());
        return facts.signatures().stream()
                .anyMatch(other -> other instanceof DkimResult.Pass
                        && other.signature().headerNames().containsAll(signed));
    }

    private void chain() {
        if (facts.arc() instanceof ArcResult.TempError) {
            doubt(UnknownFact.ARC, Doubt.DNS_FAILED);
        } else if (facts.arc() instanceof ArcResult.Fail fail
                && (fail.problem() == ArcProblem.MESSAGE_SIGNATURE_BROKEN
                        || fail.problem() == ArcProblem.SEAL_BROKEN)) {
            doubt(UnknownFact.ARC, Doubt.CHAIN_MAY_BE_DAMAGED);
        }
    }

    /** Whether a domain may be aligned with the Author Domain. */
    private boolean isRelated(Optional<DomainName> domain) {
        if (domain.isEmpty() || !(facts.author() instanceof AuthorDomain.Single single)) {
            return false;
        }
        DomainName one = domain.get();
        DomainName author = single.domain();
        boolean enough = one.labelCount() >= SHARED_LABELS && author.labelCount() >= SHARED_LABELS;
        return one.isWithin(author)
                || author.isWithin(one)
                || (enough && one.rightmost(SHARED_LABELS).equals(author.rightmost(SHARED_LABELS)));
    }
}
