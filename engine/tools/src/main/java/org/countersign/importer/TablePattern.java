package org.countersign.importer;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.ValueType;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;

/** What a pattern of OpenDKIM's SigningTable matches. */
sealed interface TablePattern {
    /**
     * Can be said in the same way.
     *
     * @param patterns our patterns
     * @param remark what they do not match although the old pattern did; empty for nothing
     */
    record Said(List<AddressPattern> patterns, String remark) implements TablePattern {}

    /** One local part at every domain, or at every domain below one: can be said for domains that are known. */
    record LocalPart(String localPart, Optional<DomainName> below) implements TablePattern {
        /** The pattern for one of the domains that are known; empty if it is not below the right one. */
        Optional<AddressPattern> at(DomainName domain) {
            return Optional.<AddressPattern>of(new AddressPattern.Address(localPart, domain))
                    .filter(unused -> below.isEmpty() || (domain.isWithin(below.get()) && !domain.equals(below.get())));
        }
    }

    /** Parts of addresses, which cannot be said. */
    record PartOfAddress() implements TablePattern {}

    /**
     * Matches nothing in the old program.
     *
     * @param why a clause
     * @param meant what was probably meant; empty where that is not plain
     */
    record Nothing(String why, List<AddressPattern> meant) implements TablePattern {}

    /** Reads a pattern of a {@code refile:} table, which is compared with the whole address. Total. */
    static TablePattern ofPatterns(String text) {
        if (Ascii.lower(text).chars().anyMatch(c -> "?[](){}|^$\\".indexOf(c) >= 0)) {
            return new PartOfAddress();
        }
        if (text.equals("*") || text.equals("*@*")) {
            return new Said(List.of(new AddressPattern.Any()), "");
        }
        int at = text.indexOf('@');
        if (at > 0) {
            return ofAddress(text.substring(0, at), text.substring(at + 1));
        }
        if (text.startsWith("*.")) {
            return below(text.substring(2));
        }
        if (text.startsWith("*")) {
            return ending(text.substring(1));
        }
        return new Nothing("in a refile a pattern is compared with the whole address", meant(text));
    }

    private static TablePattern ofAddress(String localPart, String domain) {
        boolean everybody = localPart.equals("*");
        if (!everybody && localPart.indexOf('*') >= 0) {
            return new PartOfAddress();
        }
        if (domain.startsWith(".")) {
            return new Nothing("no domain of an address begins with a dot", everybody ? meant(domain) : List.of());
        }
        if (domain.equals("*")) {
            return new LocalPart(localPart, Optional.empty());
        }
        if (domain.startsWith("*.")) {
            return everybody
                    ? below(domain.substring(2))
                    : name(domain.substring(2))
                            .<TablePattern>map(name -> new LocalPart(localPart, Optional.of(name)))
                            .orElseGet(PartOfAddress::new);
        }
        if (domain.startsWith("*")) {
            return everybody ? ending(domain.substring(1)) : new PartOfAddress();
        }
        return name(domain)
                .<TablePattern>map(name -> new Said(
                        List.of(
                                everybody
                                        ? new AddressPattern.Domain(name)
                                        : new AddressPattern.Address(localPart, name)),
                        ""))
                .orElseGet(() -> domain.indexOf('*') >= 0
                        ? new PartOfAddress()
                        : new Nothing("it is no domain name", List.of()));
    }

    private static TablePattern below(String domain) {
        return name(domain)
                .<TablePattern>map(name -> new Said(List.of(new AddressPattern.Below(name)), ""))
                .orElseGet(PartOfAddress::new);
    }

    /** {@code *example.org} and {@code *@*example.org}: the text may begin in the middle of a label. */
    private static TablePattern ending(String domain) {
        return name(domain)
                .<TablePattern>map(name -> new Said(
                        List.of(new AddressPattern.Domain(name), new AddressPattern.Below(name)),
                        "It also took in domains such as my" + name + "; here it is " + name
                                + " and everything below it."))
                .orElseGet(PartOfAddress::new);
    }

    /** Reads a key of a table of another type, which is looked up: the address, the domain, then the parents. Total. */
    static TablePattern ofPlain(String text) {
        if (text.equals("*")) {
            return new Said(List.of(new AddressPattern.Any()), "");
        }
        int at = text.indexOf('@');
        if (at > 0 && !text.startsWith("*")) {
            String localPart = text.substring(0, at);
            String domain = text.substring(at + 1);
            if (domain.equals("*")) {
                return new LocalPart(localPart, Optional.empty());
            }
            if (domain.startsWith(".")) {
                return name(domain.substring(1))
                        .<TablePattern>map(name -> new LocalPart(localPart, Optional.of(name)))
                        .orElseGet(() -> new Nothing("it is no domain name", List.of()));
            }
            return name(domain)
                    .<TablePattern>map(name -> new Said(List.of(new AddressPattern.Address(localPart, name)), ""))
                    .orElseGet(() -> new Nothing("it is no domain name", List.of()));
        }
        if (at < 0 && text.startsWith(".")) {
            return below(text.substring(1)) instanceof Said said
                    ? said
                    : new Nothing("it is no domain name", List.of());
        }
        Optional<DomainName> name = at < 0 ? name(text) : Optional.empty();
        return name.<TablePattern>map(domain -> new Said(List.of(new AddressPattern.Domain(domain)), ""))
                .orElseGet(() -> new Nothing("* is a wildcard only in a table of type refile", meant(text)));
    }

    private static List<AddressPattern> meant(String text) {
        String plain = text.startsWith("@") ? text.substring(1) : text;
        return AddressPattern.parse(plain).filter(pattern -> !(pattern instanceof AddressPattern.Any)).stream()
                .toList();
    }

    private static Optional<DomainName> name(String text) {
        return ValueType.DOMAIN_NAME.parse(text);
    }

    /** The domains that a pattern names, to be told about patterns that hold for all. */
    static void addDomains(TablePattern pattern, Set<DomainName> domains) {
        if (pattern instanceof Said said) {
            for (AddressPattern each : said.patterns()) {
                if (each instanceof AddressPattern.Domain(DomainName name)) {
                    domains.add(name);
                } else if (each instanceof AddressPattern.Address address) {
                    domains.add(address.domain());
                }
            }
        }
    }
}
