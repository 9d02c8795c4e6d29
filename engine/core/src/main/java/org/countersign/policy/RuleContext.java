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
 * All that rules look at, without the evidence behind it: a decision follows from this and the rules alone, so that
 * whoever writes rules can write down a message to try them with.
 *
 * @param author who the message claims to be from
 * @param spf of the MAIL FROM identity, which is the HELO name where the reverse-path is null (RFC 7208 §2.4)
 * @param dkim one for each signature. One that verifies but leaves out a part of the body is {@code policy}: what it
 *     leaves out anybody may have added
 * @param arc the result for the chain
 * @param chain the chain, where it passes
 * @param headerTooLarge whether the header section was larger than what is looked at
 * @param tooManyForged whether the message has more fields in our name than can be taken away
 * @param strayOctet the first octet of the header section at which some programs end a line, if there is one
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

    /** What of the facts the rules look at. */
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

    /** The Author Domain, where there is just one. */
    public Optional<DomainName> authorDomain() {
        return author instanceof AuthorDomain.Single single ? Optional.of(single.domain()) : Optional.empty();
    }

    /** The domains that somebody has proved to speak for, by SPF or by a signature, aligned or not. */
    public Set<DomainName> authenticatedDomains() {
        Set<DomainName> domains = new LinkedHashSet<>();
        spf.authenticated().ifPresent(domains::add);
        dkim.forEach(signature -> signature.authenticated().ifPresent(domains::add));
        return domains;
    }

    /**
     * Whether it may yet turn out that somebody may speak for the Author Domain: DMARC ended in a temporary error, or
     * has nothing to say while SPF or DKIM did. Not where that has lasted for too long to wait for.
     */
    public boolean undecided() {
        if (dmarc.persistent()) {
            return false;
        }
        return switch (dmarc.result()) {
            case TEMPERROR -> true;
            case NONE, PERMERROR ->
                spf.result() == ResultKeyword.TEMPERROR
                        || dkim.stream().anyMatch(signature -> signature.result() == ResultKeyword.TEMPERROR);
            case PASS, FAIL, SOFTFAIL, NEUTRAL, POLICY -> false;
        };
    }

    /** {@code spf=fail, dkim=none} and the like, for a sentence. */
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

    /** One plain sentence: the finding that matters most. */
    String explain() {
        if (tooManyForged) {
            return "More fields claim to be ours than can be removed.";
        }
        if (headerTooLarge) {
            return "The header section is larger than what is looked at.";
        }
        if (strayOctet.isPresent()) {
            return "The header section has " + strayOctet.get().describe()
                    + ", at which other programs may end a line.";
        }
        return author instanceof AuthorDomain.Single single
                ? single.spelling().isEmpty() ? dmarc.explanation() : author.explain() + " " + dmarc.explanation()
                : author.explain();
    }
}
