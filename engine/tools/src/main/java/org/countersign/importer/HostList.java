package org.countersign.importer;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Ascii;

/**
 * Reads a list of clients: InternalHosts and PeerList of OpenDKIM, IgnoreHosts of OpenDMARC. Many of its usual forms match
 * nobody in the old program, which is said here.
 */
final class HostList {
    private final Findings findings;
    private final Function<String, List<InetAddress>> resolver;
    private final boolean asMeant;
    private final List<IpNetwork> networks = new ArrayList<>();
    private final List<IpNetwork> excluded = new ArrayList<>();
    private final List<String> comments = new ArrayList<>();
    private boolean patterns;

    /**
     * @param resolver the addresses of a name; none where names are not looked up
     * @param asMeant whether lines count whose meaning is plain although the old program ignores them
     */
    HostList(Findings findings, Function<String, List<InetAddress>> resolver, boolean asMeant) {
        this.findings = findings;
        this.resolver = resolver;
        this.asMeant = asMeant;
    }

    /**
     * @param networks whom the list names
     * @param comments what to write after the setting
     */
    record Read(List<IpNetwork> networks, List<String> comments) {
        Read {
            networks = List.copyOf(networks);
            comments = List.copyOf(comments);
        }
    }

    Read read(DataSet hosts) {
        patterns = hosts.kind() == DataSet.Kind.PATTERNS;
        for (DataSet.Entry entry : hosts.entries()) {
            read(entry);
        }
        if (patterns && hosts.entries().stream().anyMatch(entry -> entry.key().equals("*"))) {
            return new Read(List.of(), List.of("* turned the whole list off"));
        }
        List<IpNetwork> result = Networks.without(networks, excluded);
        if (!excluded.isEmpty()) {
            comments.add("without "
                    + String.join(", ", excluded.stream().map(Object::toString).toList()));
        }
        return new Read(result, comments);
    }

    private void read(DataSet.Entry entry) {
        String text = entry.key();
        if (text.startsWith("!")) {
            Optional<IpNetwork> network = network(text.substring(1));
            if (network.isPresent()) {
                excluded.add(network.get());
                findings.add(
                        FindingClass.KEPT,
                        entry.origin(),
                        text,
                        "Taken out of the networks around it: the list is exact.");
            } else {
                findings.add(
                        FindingClass.LOST,
                        entry.origin(),
                        text,
                        "Names of clients cannot be excluded, only addresses.");
            }
            return;
        }
        if (Ascii.lower(text).equals("localhost")) {
            networks.addAll(List.of(Networks.LOOPBACK_4, Networks.LOOPBACK_6));
            findings.add(FindingClass.KEPT, entry.origin(), text, "The name that Postfix gives to 127.0.0.1 and ::1.");
            return;
        }
        Optional<IpNetwork> network = network(text);
        if (network.isPresent()) {
            add(entry, network.get());
        } else if (isAddressLike(text)) {
            readBadAddress(entry);
        } else {
            readName(entry);
        }
    }

    private void add(DataSet.Entry entry, IpNetwork network) {
        if (network.prefixLength() == 0) {
            findings.add(
                    FindingClass.DANGER,
                    entry.origin(),
                    entry.key(),
                    "The whole internet: each client that reaches the mail server is trusted. It is kept as it was; correct it"
                            + " unless a firewall stands before the port.");
        }
        networks.add(network);
    }

    /** A network as the old program accepts it: no bits behind the prefix, and IPv6 in its shortest form. */
    private static Optional<IpNetwork> network(String text) {
        return IpNetwork.parse(text).filter(network -> {
            int slash = text.indexOf('/');
            String address = slash < 0 ? text : text.substring(0, slash);
            boolean decimal = slash < 0 || text.substring(slash + 1).chars().allMatch(Ascii::isDigit);
            return decimal
                    && address.equalsIgnoreCase(IpNetwork.renderAddress(network.address()))
                    && network.address().equals(Networks.masked(network).address());
        });
    }

    private static boolean isAddressLike(String text) {
        return text.startsWith("[")
                || text.indexOf(':') >= 0
                || text.indexOf('/') >= 0
                || (!text.isEmpty()
                        && text.chars().allMatch(c -> Ascii.isDigit(c) || c == '.' || c == '*')
                        && text.chars().anyMatch(Ascii::isDigit));
    }

    private void readBadAddress(DataSet.Entry entry) {
        String text = entry.key();
        Optional<IpNetwork> octets = octetPattern(text);
        if (patterns && octets.isPresent() && text.endsWith("*")) {
            networks.add(octets.get());
            findings.add(FindingClass.KEPT, entry.origin(), text, "Written as " + octets.get() + ".");
            return;
        }
        Optional<IpNetwork> meant = octets.or(() -> meant(text)).map(Networks::masked);
        String why = meant.isPresent() && text.indexOf('/') > 0 && text.indexOf(':') < 0 && !text.contains(".0/255")
                ? "It has bits set behind the prefix, or a mask, and matches nobody."
                : "It is not written as the old program compares addresses, and matches nobody.";
        dead(entry, why, meant);
    }

    private void dead(DataSet.Entry entry, String why, Optional<IpNetwork> meant) {
        if (meant.isPresent() && asMeant) {
            networks.add(meant.get());
            findings.add(
                    FindingClass.CHANGED,
                    entry.origin(),
                    entry.key(),
                    why + " By --as-meant it counts now, as " + meant.get() + ".");
            return;
        }
        meant.ifPresent(network -> comments.add("not " + network + ", which " + entry.key() + " may have meant"));
        findings.add(
                FindingClass.DEAD,
                entry.origin(),
                entry.key(),
                why
                        + meant.map(network -> " If the network was meant, write " + network + ".")
                                .orElse(""));
    }

    /** {@code 192.0.2.*}, {@code 192.0.2.} and {@code 192.0.2}. */
    private static Optional<IpNetwork> octetPattern(String text) {
        List<String> octets = new ArrayList<>(Words.split(text, '.'));
        octets.removeIf(octet -> octet.isEmpty() || octet.equals("*"));
        int known = octets.size();
        if (known < 1 || known > 3 || text.indexOf('/') >= 0 || text.startsWith("*") || text.startsWith(".")) {
            return Optional.empty();
        }
        List<String> padded = new ArrayList<>(octets);
        padded.addAll(Collections.nCopies(4 - known, "0"));
        return IpNetwork.parse(String.join(".", padded) + "/" + known * 8);
    }

    /** The network that a form probably means. */
    private static Optional<IpNetwork> meant(String text) {
        return Networks.withMask(
                text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text);
    }

    private String whyWildcardMatchesNobody(String text) {
        if (!patterns) {
            return "It matches nobody: here * is no wildcard. Clients are listed by their addresses.";
        }
        return text.equals("*")
                ? "It turns the whole list off: in a table of type refile the query for \"!client\" comes first and matches it,"
                        + " which means \"not\". So no client of this list was trusted."
                : "It matches nobody: in a table of type refile the query for \"!name\" comes first and matches the same"
                        + " pattern, which means \"not\". Clients are listed by their addresses.";
    }

    private void readName(DataSet.Entry entry) {
        String text = entry.key();
        if (text.indexOf('*') >= 0) {
            findings.add(FindingClass.DEAD, entry.origin(), text, whyWildcardMatchesNobody(text));
            return;
        }
        List<InetAddress> addresses = text.startsWith(".") ? List.of() : resolver.apply(text);
        if (!addresses.isEmpty()) {
            addresses.forEach(address -> networks.add(IpNetwork.of(address, address.getAddress().length * 8)));
            comments.add(text + " when it was looked up");
            findings.add(
                    FindingClass.CHANGED,
                    entry.origin(),
                    text,
                    "A name of a client: its addresses were looked up and written instead. They do not follow the DNS.");
            return;
        }
        findings.add(
                FindingClass.LOST,
                entry.origin(),
                text,
                text.startsWith(".")
                        ? "Clients whose confirmed names are below this one. Names of clients cannot be used, addresses can."
                        : "A client whose confirmed name is exactly this, not mail of that domain. Names of clients cannot be"
                                + " used: list the address, or let --resolve look it up.");
    }
}
