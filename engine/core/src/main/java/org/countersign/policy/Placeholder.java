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

/** What the text of a rule may have filled in, as {@code {author-domain}}. */
public enum Placeholder {
    /** The Author Domain, or {@code unknown}. */
    AUTHOR_DOMAIN,
    /** What is wrong with the From field, half a sentence; empty where nothing is. */
    AUTHOR_PROBLEM,
    /** What in the header section other programs may read differently, half a sentence; empty where there is nothing. */
    HEADER_PROBLEM,
    /** The domain in MAIL FROM; {@code <>} for a null reverse-path. */
    MAIL_FROM_DOMAIN,
    HELO,
    /** The address of the client. */
    CLIENT,
    SPF,
    /** The results of the first signatures. */
    DKIM,
    DMARC,
    ARC,
    /** What the author's domain wants done, after test mode; {@code none} where nothing applies. */
    APPLIED_POLICY,
    /** {@code spf=fail, dkim=none}. */
    RESULTS,
    /** The name of the rule. */
    RULE;

    // A domain name at its longest.
    private static final int MAX_LENGTH = 253;

    /** The name, as it is written between braces. */
    public String word() {
        return Keyword.of(this);
    }

    /** All names. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Placeholder::word).toList();
    }

    static Optional<Placeholder> named(String word) {
        return Arrays.stream(values())
                .filter(placeholder -> placeholder.word().equals(word))
                .findFirst();
    }

    /** The text for a message: printing US-ASCII, whatever the message says, and not long. */
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
