package org.countersign.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Ascii;

/** Reads the lists of networks of policyd-spf. An entry that it cannot read ends a list: those behind it count for nobody. */
final class PolicydSpfNetworks {
    private static final String MAPPED = "::ffff:";

    private final Findings findings;
    private final boolean asMeant;

    /** @param asMeant whether entries count whose meaning is plain although the program ignores them */
    PolicydSpfNetworks(Findings findings, boolean asMeant) {
        this.findings = findings;
        this.asMeant = asMeant;
    }

    List<IpNetwork> read(Directive directive) {
        List<IpNetwork> networks = new ArrayList<>();
        String end = "";
        int from = 0;
        String list = directive.value();
        while (from <= list.length() && !list.isEmpty()) {
            int comma = list.indexOf(',', from) < 0 ? list.length() : list.indexOf(',', from);
            // No blank is taken away: the program does not either.
            String entry = list.substring(from, comma);
            from = comma + 1;
            Optional<IpNetwork> network =
                    Networks.withMask(entry).filter(found -> found.equals(Networks.masked(found)));
            if (end.isEmpty() && network.isPresent()) {
                networks.add(network.get());
            } else if (!entry.isBlank() && !(end.isEmpty() && isMapped(directive, entry))) {
                String why = end.isEmpty() ? why(entry) : "policyd-spf reads no further than " + end + " in this list.";
                dead(directive, entry.strip(), why).ifPresent(networks::add);
                end = end.isEmpty() ? SecretFreeText.hidden(entry.strip()) : end;
            } else if (entry.isBlank() && end.isEmpty()) {
                end = "the empty entry";
            }
        }
        return networks;
    }

    /** Whether an entry is a network of IPv4 written as IPv6, which matches nobody, as Postfix gives addresses of IPv4. */
    private boolean isMapped(Directive directive, String entry) {
        if (!Ascii.lower(entry).startsWith(MAPPED)) {
            return false;
        }
        boolean debian = Ascii.lower(entry).startsWith(MAPPED + "127.");
        if (!debian) {
            findings.add(
                    FindingClass.DEAD,
                    directive.origin(),
                    SecretFreeText.hidden(entry),
                    "It matches nobody: Postfix names clients with IPv4 by their IPv4 addresses. If they were meant, write those.");
        }
        return true;
    }

    private static String why(String entry) {
        if (!entry.equals(entry.strip())) {
            return "policyd-spf allows no blank before or after an entry, and reads no further in this list.";
        }
        Optional<IpNetwork> network = Networks.withMask(entry);
        return network.isPresent()
                ? "It has bits set behind the prefix: policyd-spf matches nobody with it, and reads no further in this list."
                : "It is no address or network: policyd-spf reads no further in this list.";
    }

    private Optional<IpNetwork> dead(Directive directive, String entry, String why) {
        Optional<IpNetwork> meant = Networks.withMask(entry).map(Networks::masked);
        Optional<IpNetwork> counts = meant.filter(network -> asMeant);
        String hint = counts.map(network -> " By --as-meant it counts now, as " + network + ".")
                .or(() -> meant.map(network ->
                        " If it was meant, add " + network + " to inbound.skip-networks, or import with --as-meant."))
                .orElse("");
        findings.add(
                counts.isPresent() ? FindingClass.CHANGED : FindingClass.DEAD,
                directive.origin(),
                SecretFreeText.hidden(entry),
                why + hint);
        return counts;
    }
}
