package org.countersign.inbound;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.Identifier;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.DomainName;
import org.countersign.spf.SpfResult;

/**
 * Tells which results of SPF and DKIM authenticate which domains, as input to DMARC (RFC 9989 §4.4). Only the results
 * {@code pass} and {@code temperror} give an identifier. There are two decisions on DKIM, and ADR 11 explains the second:
 *
 * <ul>
 *   <li>A signature with {@code l=} that leaves out a part of the body gives no identifier. Anybody may have added that
 *       part.
 *   <li>A signature by a key in test mode ({@code t=y}) counts. Deviation: RFC 6376 §3.6.1 treats it as if there were
 *       no signature. But only the key's owner can make it, and many domains never remove the flag.
 * </ul>
 */
final class AuthenticatedIdentifiers {
    private AuthenticatedIdentifiers() {}

    /**
     * @param mailFrom the result for MAIL FROM. A result for HELO alone authenticates nothing (RFC 9989 §4.4.2)
     * @return the identifiers that passed, or may pass when a temporary error is over
     */
    static List<Identifier> of(SpfResult mailFrom, List<DkimResult> signatures) {
        List<Identifier> identifiers = new ArrayList<>(1 + signatures.size());
        addSpf(identifiers, mailFrom);
        signatures.forEach(signature -> addDkim(identifiers, signature));
        return identifiers;
    }

    private static void addSpf(List<Identifier> identifiers, SpfResult result) {
        Optional<DomainName> domain = result.domain();
        if (domain.isEmpty()) {
            return;
        }
        if (result.kind() == SpfResult.Kind.PASS) {
            identifiers.add(Identifier.authenticated(domain.get(), Mechanism.SPF));
        } else if (result.kind() == SpfResult.Kind.TEMPERROR) {
            identifiers.add(Identifier.unresolved(domain.get(), Mechanism.SPF));
        }
    }

    private static void addDkim(List<Identifier> identifiers, DkimResult result) {
        Optional<DomainName> sdid = result.signature().sdid();
        if (sdid.isEmpty() || !result.signature().coversWholeBody()) {
            return;
        }
        if (result instanceof DkimResult.Pass) {
            identifiers.add(Identifier.authenticated(sdid.get(), Mechanism.DKIM));
        } else if (result instanceof DkimResult.TempError) {
            identifiers.add(Identifier.unresolved(sdid.get(), Mechanism.DKIM));
        }
    }
}
