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
 * The names of the client's address in the DNS (RFC 7208 §5.5). They are looked up and validated only when a term needs
 * them, and only once. That takes at most one PTR query, and one address query for each name within the limit.
 */
public final class ReverseNames {
    /** The value of %{p} if no name of the client can be validated (RFC 7208 §7.3). */
    static final String NO_NAME = "unknown";

    private final byte[] client;
    private final DnsLookups dns;
    private final int maxNames;
    private final Map<DomainName, DnsAnswer<DnsRecord.Address>> addresses = new HashMap<>();
    private Optional<DnsAnswer<DnsRecord.Pointer>> pointers = Optional.empty();
    private Optional<SpfProblem> localFailure = Optional.empty();

    ReverseNames(byte[] client, DnsLookups dns, int maxNames) {
        this.client = client;
        this.dns = dns;
        this.maxNames = maxNames;
    }

    /** Whether the names were already looked up. */
    boolean isLookedUp() {
        return pointers.isPresent();
    }

    /** The answer to the PTR query. */
    DnsAnswer<DnsRecord.Pointer> pointers() {
        DnsAnswer<DnsRecord.Pointer> answer = pointers.orElseGet(() -> dns.lookup(DnsQuery.ptr(reverseName())));
        pointers = Optional.of(answer);
        note(answer);
        return answer;
    }

    /**
     * The problem of a lookup that failed because the message had no time or queries left. Any other DNS error only means
     * that a name is not validated (RFC 7208 §5.5).
     */
    Optional<SpfProblem> localFailure() {
        return localFailure;
    }

    private void note(DnsAnswer<?> answer) {
        if (localFailure.isEmpty() && answer.isLocalFailure()) {
            localFailure = Optional.of(SpfProblem.ofError(answer));
        }
    }

    /** RFC 7208 §4.6.4: the first names in the order received. The others are ignored. */
    private List<DomainName> names() {
        List<DomainName> names = new ArrayList<>();
        if (pointers() instanceof DnsAnswer.Found<DnsRecord.Pointer> found) {
            for (DnsRecord.Pointer pointer : found.records()) {
                if (names.size() == maxNames) {
                    break;
                }
                names.add(pointer.target());
            }
        }
        return names;
    }

    /** How many names were ignored because of the limit; 0 if the names were not looked up. */
    int ignored() {
        return pointers.isPresent() && pointers.get() instanceof DnsAnswer.Found<DnsRecord.Pointer> found
                ? Math.max(0, found.records().size() - maxNames)
                : 0;
    }

    /** Whether a validated name of the client is the target or below it (RFC 7208 §5.5). */
    boolean hasValidatedNameWithin(DomainName target) {
        for (DomainName name : names()) {
            // No other name could make the mechanism match, so it is not looked up.
            if (name.isWithin(target) && isValidated(name)) {
                return true;
            }
        }
        return false;
    }

    /** RFC 7208 §7.3: the value of %{p} in the record of this domain. */
    String validatedName(DomainName domain) {
        for (DomainName name : namesPreferring(domain)) {
            if (isValidated(name)) {
                return name.toString();
            }
        }
        return NO_NAME;
    }

    /** The value of %{p} if this text uses it; looks up nothing for any other text. */
    String validatedNameFor(MacroString text, DomainName domain) {
        return text.usesValidatedName() ? validatedName(domain) : NO_NAME;
    }

    /** Whether the client has one of the addresses of the name; a DNS error means no (RFC 7208 §5.5). */
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

    /** The names in the order that %{p} prefers: the domain itself, names below it, other names (RFC 7208 §7.3). */
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
        return reverseName(client);
    }

    /** The name of the PTR records of an address (RFC 1035 §3.5, RFC 3596 §2.5). */
    public static DomainName reverseName(byte[] client) {
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
