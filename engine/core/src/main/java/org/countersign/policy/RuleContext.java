package org.countersign.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.arc.ArcChain;
import org.countersign.arc.ArcResult;
import org.countersign.dkim.DkimResult;
import org.countersign.domain.DomainName;
import org.countersign.message.AuthorDomain;
import org.countersign.smtp.StrayOctet;

/**
 * The input of rules: the facts about a message without their evidence. A decision depends only on this input, so an
 * example in a policy file can specify all of it.
 *
 * @param author the result of reading the From field
 * @param connection that the message arrived on
 * @param envelope of the message
 * @param identities in the header section other than the author
 * @param spf of the MAIL FROM identity, which is the HELO name if the reverse-path is null (RFC 7208 §2.4)
 * @param dkim one result for each signature. A signature that passes but does not cover the whole body is {@code policy},
 *     because anybody could have added the rest of the body
 * @param dmarc the result of DMARC
 * @param arc the result of the ARC chain
 * @param chain the ARC chain, if it passes
 * @param headerTooLarge whether the header section exceeds the limit, so that only a part of it was read
 * @param tooManyForged whether the message has more Authentication-Results fields with a local authserv-id than can be
 *     removed
 * @param strayOctet the first octet of the header section where some programs end a line, if there is one
 */
public record RuleContext(
        AuthorDomain author,
        Connection connection,
        Envelope envelope,
        HeaderIdentities identities,
        Finding spf,
        List<Finding> dkim,
        DmarcFinding dmarc,
        ResultKeyword arc,
        Optional<ArcChain> chain,
        boolean headerTooLarge,
        boolean tooManyForged,
        Optional<StrayOctet> strayOctet) {
    private static final int MAX_SHOWN = 3;

    public RuleContext {
        dkim = List.copyOf(dkim);
    }

    /** Takes the input of rules from the facts. */
    public static RuleContext of(MessageFacts facts) {
        List<Finding> signatures = new ArrayList<>();
        for (DkimResult result : facts.signatures()) {
            boolean partial =
                    result instanceof DkimResult.Pass pass && !pass.signature().coversWholeBody();
            signatures.add(new Finding(
                    partial ? ResultKeyword.POLICY : ResultKeyword.of(result.keyword()),
                    result.signature().sdid()));
        }
        return new RuleContext(
                facts.author(),
                facts.connection(),
                facts.envelope(),
                facts.identities(),
                new Finding(ResultKeyword.of(facts.spf().keyword()), facts.spf().domain()),
                signatures,
                DmarcFinding.of(facts),
                ResultKeyword.of(facts.arc().keyword()),
                facts.arc() instanceof ArcResult.Pass pass ? Optional.of(pass.chain()) : Optional.empty(),
                facts.headerTooLarge(),
                facts.tooManyForged(),
                facts.strayOctet());
    }

    /** The same facts with other results of SPF, DKIM and DMARC. */
    RuleContext with(Finding otherSpf, List<Finding> otherDkim, DmarcFinding otherDmarc) {
        return new RuleContext(
                author,
                connection,
                envelope,
                identities,
                otherSpf,
                otherDkim,
                otherDmarc,
                arc,
                chain,
                headerTooLarge,
                tooManyForged,
                strayOctet);
    }

    /** The same facts with another result of DMARC under the same policy. */
    public RuleContext withDmarc(ResultKeyword result) {
        return with(spf, dkim, dmarc.withResult(result));
    }

    /** The Author Domain, if there is exactly one. */
    public Optional<DomainName> authorDomain() {
        return author instanceof AuthorDomain.Single single ? Optional.of(single.domain()) : Optional.empty();
    }

    /** The domains for which SPF or DKIM passed, aligned or not. */
    Set<DomainName> authenticatedDomains() {
        Set<DomainName> domains = new LinkedHashSet<>();
        spf.authenticated().ifPresent(domains::add);
        dkim.forEach(signature -> signature.authenticated().ifPresent(domains::add));
        return domains;
    }

    /**
     * Whether a later retry may authenticate the Author Domain. DMARC ended in a temporary error, or no record applies
     * while SPF or DKIM ended in one. False if temporary errors have lasted longer than {@code dmarc.defer-for}.
     */
    public boolean undecided() {
        if (dmarc.persistent()) {
            return false;
        }
        return switch (dmarc.result()) {
            case TEMPERROR -> true;
            case NONE, PERMERROR -> spf.result() == ResultKeyword.TEMPERROR || hasUndecidedSignature();
            case PASS, FAIL, SOFTFAIL, NEUTRAL, POLICY -> false;
        };
    }

    private boolean hasUndecidedSignature() {
        for (Finding signature : dkim) {
            if (signature.result() == ResultKeyword.TEMPERROR) {
                return true;
            }
        }
        return false;
    }

    /** The results of SPF and DKIM for a sentence: {@code spf=fail, dkim=none}. */
    String mechanisms() {
        StringBuilder text = new StringBuilder("spf=").append(spf.result().word());
        if (dkim.isEmpty()) {
            return text.append(", dkim=none").toString();
        }
        for (Finding signature : dkim.subList(0, Math.min(MAX_SHOWN, dkim.size()))) {
            text.append(", dkim=").append(signature.result().word());
        }
        return text.toString();
    }

    /** The most important fact as a sentence. */
    String explain() {
        if (tooManyForged) {
            return "The message has more Authentication-Results fields with a local authserv-id than can be removed.";
        }
        if (headerTooLarge) {
            return "The header section is larger than the limit.";
        }
        if (strayOctet.isPresent()) {
            return "The header section has " + strayOctet.get().describe() + ", where other programs may end a line.";
        }
        return author instanceof AuthorDomain.Single single
                ? single.spelling().isEmpty() ? dmarc.explanation() : author.explain() + " " + dmarc.explanation()
                : author.explain();
    }
}
