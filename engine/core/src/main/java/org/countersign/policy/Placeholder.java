package org.countersign.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.message.AuthorDomain;
import org.countersign.smtp.StrayOctet;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Keyword;

/** A placeholder in the text of a rule, such as {@code {author-domain}}. */
public enum Placeholder {
    /** The Author Domain, or {@code unknown}. */
    AUTHOR_DOMAIN,
    /** The problem of the From field, as a clause; empty if there is none. */
    AUTHOR_PROBLEM,
    /** The part of the header section that other programs may read differently, as a clause; empty if there is none. */
    HEADER_PROBLEM,
    /** The domain in MAIL FROM; {@code <>} for a null reverse-path. */
    MAIL_FROM_DOMAIN,
    /** The name in the HELO or EHLO command. */
    HELO,
    /** The IP address of the client. */
    CLIENT,
    /** The result of SPF. */
    SPF,
    /** The results of the first signatures. */
    DKIM,
    /** The result of DMARC. */
    DMARC,
    /** The result of the ARC chain. */
    ARC,
    /** The DMARC policy to apply, after test mode; {@code none} if there is none. */
    APPLIED_POLICY,
    /** The results of SPF and DKIM: {@code spf=fail, dkim=none}. */
    RESULTS,
    /** The name of the rule. */
    RULE;

    // The maximum length of a domain name.
    private static final int MAX_LENGTH = 253;

    /** The name between the braces. */
    public String word() {
        return Keyword.of(this);
    }

    /** The names of all placeholders. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Placeholder::word).toList();
    }

    static Optional<Placeholder> named(String word) {
        return Arrays.stream(values())
                .filter(placeholder -> placeholder.word().equals(word))
                .findFirst();
    }

    /** The value for a message: printable US-ASCII of limited length, whatever the message contains. */
    String render(RuleContext facts, String rule) {
        return Escapes.printable(
                switch (this) {
                    case AUTHOR_DOMAIN ->
                        facts.authorDomain().map(DomainName::toString).orElse("unknown");
                    case AUTHOR_PROBLEM ->
                        facts.author()
                                .diagnosis()
                                .map(AuthorDomain.Problem::describe)
                                .orElse("");
                    case HEADER_PROBLEM ->
                        facts.strayOctet().map(StrayOctet::describe).orElse("");
                    case MAIL_FROM_DOMAIN ->
                        facts.envelope().mailFrom() instanceof ReversePath.Address address
                                ? address.domainText()
                                : "<>";
                    case HELO -> facts.envelope().helo();
                    case CLIENT ->
                        facts.connection()
                                .client()
                                .map(IpNetwork::renderAddress)
                                .orElse("unknown");
                    case SPF -> facts.spf().result().word();
                    case DKIM -> dkim(facts);
                    case DMARC -> facts.dmarc().result().word();
                    case ARC -> facts.arc().word();
                    case APPLIED_POLICY ->
                        facts.dmarc().applied().map(DmarcPolicy::keyword).orElse("none");
                    case RESULTS -> facts.mechanisms();
                    case RULE -> rule;
                },
                MAX_LENGTH);
    }

    private static String dkim(RuleContext facts) {
        String results = facts.mechanisms();
        return results.substring(results.indexOf("dkim=") + "dkim=".length()).replace(" dkim=", " ");
    }
}
