package org.countersign.spf;

import java.time.InstantSource;
import java.util.Optional;
import org.countersign.dns.DnsLookups;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.syntax.Escapes;

/**
 * Evaluates check_host() (RFC 7208 §4). Immutable and safe for any number of threads; a check blocks
 * while the DNS is asked.
 *
 * <p>Where RFC 7208 leaves a choice:
 *
 * <ul>
 *   <li>A name that the DNS cannot be asked for, the outcome of macros, makes a mechanism not match; for
 *       include and redirect it is a permerror (§§4.3, 4.8, 5.2, 6.1).
 *   <li>Void lookups are counted as the text of §4.6.4 has it, by terms: a term counts once, when it did
 *       not match and one of its questions had no answer. The questions that validate names of the
 *       client are not counted, as the domain has no say in them.
 *   <li>The question for the client's names that {@code %{p}} takes counts as a term where it is the
 *       first one (§4.6.4).
 *   <li>The hosts of an mx are tried by preference, then by name, so that the result does not depend on
 *       the order in which a server lists them; the one beyond the limit is a permerror.
 * </ul>
 */
public final class SpfVerifier {
    private final SpfLimits limits;
    private final DomainName receivingHost;
    private final InstantSource clock;

    /**
     * @param receivingHost our own name, for {@code %{r}} in explanations
     * @param clock for {@code %{t}} in explanations
     */
    public SpfVerifier(SpfLimits limits, DomainName receivingHost, InstantSource clock) {
        this.limits = limits;
        this.receivingHost = receivingHost;
        this.clock = clock;
    }

    /** The result for MAIL FROM of a client without an address: there is nothing to check (RFC 7208 §4.1). */
    public static SpfResult withoutClient(ReversePath mailFrom, String helo) {
        SpfEvidence nothing = SpfEvidence.ofNothingAsked(
                SpfIdentity.MAIL_FROM, SpfRequest.mailFromDomain(mailFrom, helo), Optional.empty());
        return new SpfResult.None(nothing, SpfProblem.NO_CLIENT_ADDRESS, "the mail server does not tell it");
    }

    /** Checks one identity. DNS trouble is a temperror, never an exception. */
    public SpfResult verify(SpfRequest request, DnsLookups dns) {
        Optional<DomainName> domain = request.domain();
        if (domain.isEmpty()) {
            // RFC 7208 §4.3: nothing is asked.
            SpfEvidence nothing =
                    SpfEvidence.ofNothingAsked(request.identity(), Optional.empty(), Optional.of(request.client()));
            String shown = "\"" + Escapes.printable(request.domainText(), 128) + "\"";
            return new SpfResult.None(nothing, SpfProblem.INVALID_DOMAIN, shown);
        }
        MacroExpander macros = new MacroExpander(request, domain.get(), receivingHost, clock);
        return new SpfEvaluation(request, domain.get(), limits, macros, dns).run();
    }
}
