package org.countersign.spf;

import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Parsed;

/**
 * Fetches what a domain says to a fail (RFC 7208 §6.2). The result stands by then, so nothing that goes
 * wrong here has a consequence, and no limit but that on the client's names is touched.
 */
final class ExplanationLookup {
    private static final int MAX_LENGTH = 256;

    private final MacroExpander macros;
    private final DnsLookups dns;
    private final ReverseNames reverseNames;

    ExplanationLookup(MacroExpander macros, DnsLookups dns, ReverseNames reverseNames) {
        this.macros = macros;
        this.dns = dns;
        this.reverseNames = reverseNames;
    }

    /** @param domain whose record the modifier stands in */
    Optional<String> lookup(Modifier.Explanation modifier, DomainName domain) {
        Optional<DomainName> target = macros.target(modifier.target(), domain, nameFor(modifier.target(), domain));
        // RFC 7208 §6.2: an error, no record or several of them, and there is no explanation.
        if (target.isEmpty()
                || !(dns.lookup(DnsQuery.txt(target.get())) instanceof DnsAnswer.Found<DnsRecord.Text> found)
                || found.records().size() != 1) {
            return Optional.empty();
        }
        return switch (MacroString.parseExplanation(found.records().get(0).joined())) {
            case Parsed.Malformed<MacroString, ?> malformed -> Optional.empty();
            case Parsed.Value(MacroString text) ->
                Optional.of(macros.explanation(text, domain, nameFor(text, domain), MAX_LENGTH));
        };
    }

    private String nameFor(MacroString text, DomainName domain) {
        return text.usesValidatedName() ? reverseNames.validatedName(domain) : ReverseNames.NO_NAME;
    }
}
