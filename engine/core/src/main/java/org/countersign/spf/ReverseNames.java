package org.countersign.spf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;

/**
 * The names that the client's address has in the DNS (RFC 7208 §5.5), asked for once and validated only
 * as far as somebody wants to know: at most one PTR question and one address question for each of the
 * names that the limit leaves.
 */
final class ReverseNames {
    /** What %{p} stands for where no name of the client can be validated (RFC 7208 §7.3). */
    static final String NO_NAME = "unknown";

    private final byte[] client;
    private final DnsLookups dns;
    private final int mostNames;
    private final Map<DomainName, DnsAnswer<DnsRecord.Address>> addresses = new HashMap<>();
    private Optional<DnsAnswer<DnsRecord.Pointer>> pointers = Optional.empty();
    private Optional<SpfProblem> ownLimit = Optional.empty();

    ReverseNames(byte[] client, DnsLookups dns, int mostNames) {
        this.client = client;
        this.dns = dns;
        this.mostNames = mostNames;
    }

    boolean isAsked() {
        return pointers.isPresent();
    }

    DnsAnswer<DnsRecord.Pointer> pointers() {
        DnsAnswer<DnsRecord.Pointer> answer = pointers.orElseGet(() -> dns.lookup(DnsQuery.ptr(reverseName())));
        pointers = Optional.of(answer);
        note(answer);
        return answer;
    }

    /**
     * Set where a question stayed open because the message had no time or questions left. A DNS error
     * says nothing about a name and is passed over (RFC 7208 §5.5), but this is none.
     */
    Optional<SpfProblem> ownLimit() {
        return ownLimit;
    }

    private void note(DnsAnswer<?> answer) {
        if (ownLimit.isEmpty() && SpfProblem.isOwnLimit(answer)) {
            ownLimit = Optional.of(SpfProblem.ofError(answer));
        }
    }

    /** RFC 7208 §4.6.4: the first names, in the order received; the others are ignored. */
    private List<DomainName> names() {
        List<DomainName> names = new ArrayList<>();
        if (pointers() instanceof DnsAnswer.Found<DnsRecord.Pointer> found) {
            for (DnsRecord.Pointer pointer : found.records()) {
                if (names.size() == mostNames) {
                    break;
                }
                names.add(pointer.target());
            }
        }
        return names;
    }

    /** How many names are beyond the limit, where they were asked for. */
    int ignored() {
        return pointers.isPresent() && pointers.get() instanceof DnsAnswer.Found<DnsRecord.Pointer> found
                ? Math.max(0, found.records().size() - mostNames)
                : 0;
    }

    boolean hasValidatedNameWithin(DomainName target) {
        for (DomainName name : names()) {
            // A name elsewhere could not make the mechanism match, so it is not worth a question.
            if (name.isWithin(target) && isValidated(name)) {
                return true;
            }
        }
        return false;
    }

    /** RFC 7208 §7.3: what %{p} stands for in the record of this domain. */
    String validatedName(DomainName domain) {
        for (DomainName name : namesPreferring(domain)) {
            if (isValidated(name)) {
                return name.toString();
            }
        }
        return NO_NAME;
    }

    /** Whether the client is among the addresses of the name; a DNS error means no (RFC 7208 §5.5). */
    private boolean isValidated(DomainName name) {
        DnsAnswer<DnsRecord.Address> answer = addresses.computeIfAbsent(
                name, host -> dns.lookup(client.length == 4 ? DnsQuery.a(host) : DnsQuery.aaaa(host)));
        note(answer);
        if (answer instanceof DnsAnswer.Found<DnsRecord.Address> found) {
            for (DnsRecord.Address record : found.records()) {
                if (IpNetwork.sharePrefix(client, record.address().getAddress(), client.length * 8)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The names, those that %{p} prefers first: the domain itself, then names within it (RFC 7208 §7.3). */
    private List<DomainName> namesPreferring(DomainName domain) {
        List<DomainName> ordered = new ArrayList<>();
        List<DomainName> names = names();
        names.stream().filter(name -> name.equals(domain)).forEach(ordered::add);
        names.stream()
                .filter(name -> name.isWithin(domain) && !name.equals(domain))
                .forEach(ordered::add);
        names.stream().filter(name -> !name.isWithin(domain)).forEach(ordered::add);
        return ordered;
    }

    private DomainName reverseName() {
        StringBuilder name = new StringBuilder(72);
        for (int i = client.length - 1; i >= 0; i--) {
            int octet = client[i] & 0xFF;
            if (client.length == 4) {
                name.append(octet).append('.');
            } else {
                name.append(Character.forDigit(octet & 0xF, 16)).append('.');
                name.append(Character.forDigit(octet >> 4, 16)).append('.');
            }
        }
        return DomainName.of(
                name.append(client.length == 4 ? "in-addr.arpa" : "ip6.arpa").toString());
    }
}
