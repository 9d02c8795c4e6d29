package org.countersign.spf;

import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Parsed;

/**
 * Fetches the explanation of a fail (RFC 7208 §6.2). Errors have no effect, because the result is already decided. Of
 * the limits only the one on the names of the client applies.
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

    /**
     * @param domain the domain whose record contains the modifier
     * @return printable US-ASCII, at most 256 characters; empty if there is no explanation
     */
    Optional<String> lookup(Modifier.Explanation modifier, DomainName domain) {
        Optional<DomainName> target =
                macros.target(modifier.target(), domain, reverseNames.validatedNameFor(modifier.target(), domain));
        // RFC 7208 §6.2: an error, no record or several records mean that there is no explanation.
        if (target.isEmpty()
                || !(dns.lookup(DnsQuery.txt(target.get())) instanceof DnsAnswer.Found<DnsRecord.Text> found)
                || found.records().size() != 1) {
            return Optional.empty();
        }
        return switch (MacroString.parseExplanation(found.records().get(0).joined())) {
            case Parsed.Malformed<MacroString, ?> malformed -> Optional.empty();
            case Parsed.Value(MacroString text) ->
                Optional.of(macros.explanation(text, domain, reverseNames.validatedNameFor(text, domain), MAX_LENGTH));
        };
    }
}
