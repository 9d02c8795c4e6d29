package org.countersign.james.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.countersign.MessageOutcome;
import org.countersign.arc.ArcResult;
import org.countersign.dkim.DkimResult;
import org.countersign.message.AuthorDomain;
import org.countersign.policy.Decision;
import org.countersign.policy.MessageFacts;

/**
 * The results and the decision for a message, as attributes of James' Mail for later mailets and matchers. Names and
 * values are documented in MAILETS.md. An attribute without a value is absent.
 */
public final class VerdictAttributes {
    /**
     * The verdict: {@code accept}, {@code tag}, {@code quarantine}, {@code discard}, {@code reject} or {@code tempfail}.
     */
    public static final AttributeName VERDICT = name("verdict");

    /** The verdict of the rules, with the same keywords. In mode {@code monitor} it is not applied. */
    public static final AttributeName JUDGED = name("judged");

    /** The name of the rule that decided. */
    public static final AttributeName RULE = name("rule");

    /** The reason, one sentence of printable US-ASCII. */
    public static final AttributeName REASON = name("reason");

    /** The Author Domain in A-labels, if there is exactly one. */
    public static final AttributeName AUTHOR_DOMAIN = name("author-domain");

    /** The result of SPF for MAIL FROM (RFC 8601 §2.7.2). */
    public static final AttributeName SPF = name("spf");

    /** The result of SPF for HELO, if HELO was checked in addition to MAIL FROM. */
    public static final AttributeName SPF_HELO = name("spf-helo");

    /** A list: the result of each DKIM signature (RFC 8601 §2.7.1), in the order of the header fields. */
    public static final AttributeName DKIM = name("dkim");

    /** A list of the same length: the SDID of each signature, or an empty string if it could not be read. */
    public static final AttributeName DKIM_DOMAINS = name("dkim-domains");

    /** The result of DMARC (RFC 9989 §9.2). */
    public static final AttributeName DMARC = name("dmarc");

    /** The DMARC policy that applies: {@code none}, {@code quarantine} or {@code reject}. */
    public static final AttributeName DMARC_POLICY = name("dmarc-policy");

    /** The result of ARC (RFC 8617 §4.4). */
    public static final AttributeName ARC = name("arc");

    /** The domain of the newest ARC Set of a chain that passed. */
    public static final AttributeName ARC_SEALER = name("arc-sealer");

    private static final List<AttributeName> ALL = List.of(
            VERDICT,
            JUDGED,
            RULE,
            REASON,
            AUTHOR_DOMAIN,
            SPF,
            SPF_HELO,
            DKIM,
            DKIM_DOMAINS,
            DMARC,
            DMARC_POLICY,
            ARC,
            ARC_SEALER);

    // A message can have thousands of signatures, and James stores attributes in its queue.
    private static final int MAX_SIGNATURES = 16;

    private VerdictAttributes() {}

    private static AttributeName name(String suffix) {
        return AttributeName.of("org.countersign." + suffix);
    }

    /** Every name, in the order of MAILETS.md. */
    public static List<AttributeName> names() {
        return ALL;
    }

    /** Replaces the attributes of a mail by those of this outcome. */
    public static void write(Mail mail, MessageOutcome.Judged outcome) {
        ALL.forEach(mail::removeAttribute);
        of(outcome).forEach(mail::setAttribute);
    }

    /** The attributes of an outcome. */
    public static List<Attribute> of(MessageOutcome.Judged outcome) {
        MessageFacts facts = outcome.facts();
        Decision decision = outcome.decision();
        List<Attribute> attributes = new ArrayList<>();
        add(attributes, VERDICT, decision.verdict().keyword());
        add(attributes, JUDGED, decision.ruled().keyword());
        add(attributes, RULE, decision.rule());
        add(attributes, REASON, decision.reason());
        if (facts.author() instanceof AuthorDomain.Single single) {
            add(attributes, AUTHOR_DOMAIN, single.domain().toString());
        }
        add(attributes, SPF, facts.spf().keyword());
        facts.helo().ifPresent(helo -> add(attributes, SPF_HELO, helo.keyword()));
        addSignatures(attributes, facts.signatures());
        add(attributes, DMARC, facts.dmarcKeyword());
        facts.dmarc()
                .flatMap(dmarc -> dmarc.evidence().appliedPolicy())
                .ifPresent(policy -> add(attributes, DMARC_POLICY, policy.keyword()));
        add(attributes, ARC, facts.arc().keyword());
        if (facts.arc() instanceof ArcResult.Pass pass) {
            add(attributes, ARC_SEALER, pass.chain().newest().sealer().toString());
        }
        return attributes;
    }

    private static void addSignatures(List<Attribute> attributes, List<DkimResult> signatures) {
        List<AttributeValue<?>> results = new ArrayList<>();
        List<AttributeValue<?>> domains = new ArrayList<>();
        for (DkimResult signature : signatures.subList(0, Math.min(MAX_SIGNATURES, signatures.size()))) {
            results.add(AttributeValue.of(signature.keyword()));
            domains.add(AttributeValue.of(
                    signature.signature().sdid().map(Object::toString).orElse("")));
        }
        attributes.add(new Attribute(DKIM, AttributeValue.of(results)));
        attributes.add(new Attribute(DKIM_DOMAINS, AttributeValue.of(domains)));
    }

    private static void add(List<Attribute> attributes, AttributeName name, String value) {
        attributes.add(new Attribute(name, AttributeValue.of(value)));
    }

    /** The string value of an attribute; empty if the attribute is absent or has a value of another type. */
    public static Optional<String> text(Mail mail, AttributeName name) {
        return mail.getAttribute(name)
                .map(attribute -> attribute.getValue().value())
                .filter(String.class::isInstance)
                .map(String.class::cast);
    }
}
