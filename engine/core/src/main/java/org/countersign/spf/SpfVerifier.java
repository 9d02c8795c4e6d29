package org.countersign.spf;

import java.time.InstantSource;
import java.util.Optional;
import org.countersign.dns.DnsLookups;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.syntax.Escapes;

/**
 * Evaluates check_host() (RFC 7208 §4). Immutable and safe for several threads. A check blocks during its DNS lookups.
 *
 * <p>Where RFC 7208 leaves a choice:
 *
 * <ul>
 *   <li>Macros can expand to a name for which the DNS cannot be queried. Then a mechanism does not match; an include or
 *       redirect is a permerror (§§4.3, 4.8, 5.2, 6.1).
 *   <li>Void lookups are counted by terms, as §4.6.4 says. A term counts once, if it did not match and one of its
 *       lookups was void. Lookups that validate names of the client do not count, because the domain does not control
 *       them.
 *   <li>The lookup of the client's names for {@code %{p}} counts as a term if no term needed these names before
 *       (§4.6.4).
 *   <li>The hosts of an mx are tried by preference, then by name. So the result does not depend on the order of the
 *       answer. The first host beyond the limit is a permerror.
 * </ul>
 *
 * <p>Deviations, for bounded work: a macro value of more than 512 characters gives no name (§7.3), and a record of more
 * than 1000 terms is a permerror (§4.6).
 */
public final class SpfVerifier {
    private final SpfLimits limits;
    private final DomainName receivingHost;
    private final InstantSource clock;

    /**
     * @param receivingHost the name of this host, for {@code %{r}} in explanations; a single label becomes {@code unknown}
     * @param clock for {@code %{t}} in explanations
     */
    public SpfVerifier(SpfLimits limits, DomainName receivingHost, InstantSource clock) {
        this.limits = limits;
        this.receivingHost = receivingHost;
        this.clock = clock;
    }

    /** The result for MAIL FROM if the client's address is not known: none, because there is nothing to check (RFC 7208 §4.1). */
    public static SpfResult withoutClient(ReversePath mailFrom, String helo) {
        SpfEvidence evidence = SpfEvidence.withoutLookups(
                SpfIdentity.MAIL_FROM, SpfRequest.mailFromDomain(mailFrom, helo), Optional.empty());
        return SpfResult.stopped(evidence, SpfProblem.NO_CLIENT_ADDRESS, "the mail server does not tell it");
    }

    /** Checks one identity. A DNS error gives temperror, never an exception. */
    public SpfResult verify(SpfRequest request, DnsLookups dns) {
        return verify(request, dns, false);
    }

    /**
     * Checks one identity.
     *
     * @param recordsTerms whether the evidence has each term that was evaluated
     */
    public SpfResult verify(SpfRequest request, DnsLookups dns, boolean recordsTerms) {
        Optional<DomainName> domain = request.domain();
        if (domain.isEmpty()) {
            // RFC 7208 §4.3: none, without a lookup.
            SpfEvidence evidence =
                    SpfEvidence.withoutLookups(request.identity(), Optional.empty(), Optional.of(request.client()));
            String shown = "\"" + Escapes.printable(request.domainText(), 128) + "\"";
            return SpfResult.stopped(evidence, SpfProblem.INVALID_DOMAIN, shown);
        }
        MacroExpander macros = new MacroExpander(request, domain.get(), receivingHost, clock);
        return new SpfEvaluation(
                        request, domain.get(), limits, macros, dns, recordsTerms ? TermRecorder.on() : TermRecorder.OFF)
                .run();
    }
}
