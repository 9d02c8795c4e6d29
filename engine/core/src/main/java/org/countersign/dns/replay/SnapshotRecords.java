package org.countersign.dns.replay;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/** Converts the data of records between the engine and the words of a master file. */
final class SnapshotRecords {
    private static final int MAX_STRING = 255;

    private SnapshotRecords() {}

    /** Whether the data of a type consists of strings, which are written in quotation marks. */
    static boolean isText(String type) {
        return type.equals("TXT") || type.equals("SPF");
    }

    /** What is wrong with the data of a record that the engine reads; empty if nothing is, and for other types. */
    static String problem(String type, List<Octets> words) {
        return switch (type) {
            case "A" -> words.size() == 1 && ipv4(words).isPresent() ? "" : "an A record needs one IPv4 address";
            case "AAAA" -> words.size() == 1 && ipv6(words).isPresent() ? "" : "an AAAA record needs one IPv6 address";
            case "MX" ->
                words.size() == 2 && preference(words.getFirst()).isPresent()
                        ? ""
                        : "an MX record needs a number and the name of a host";
            case "PTR" -> words.size() == 1 ? "" : "a PTR record needs one name";
            case "CNAME" ->
                words.size() == 1 && target(words.getFirst()).isPresent() ? "" : "a CNAME record needs one domain name";
            case "TXT", "SPF" -> {
                if (words.isEmpty()) {
                    yield "a " + type + " record needs at least one string, such as \"\"";
                }
                yield words.stream().allMatch(word -> word.length() <= MAX_STRING)
                        ? ""
                        : "a string has at most 255 octets: divide it into several in quotation marks";
            }
            default -> "";
        };
    }

    /** The data in the form in which equal records have equal words: names and addresses in lower case. */
    static List<Octets> normal(String type, List<Octets> words) {
        return switch (type) {
            case "A", "AAAA", "MX", "PTR", "CNAME", "NS" ->
                words.stream().map(word -> Octets.latin1(word.lowerLatin1())).toList();
            default -> words;
        };
    }

    /** The words of a record of the engine. */
    static List<Octets> words(DnsRecord data) {
        return switch (data) {
            case DnsRecord.Address address -> List.of(Octets.latin1(IpNetwork.renderAddress(address.address())));
            case DnsRecord.MailExchange mx ->
                List.of(Octets.latin1(Integer.toString(mx.preference())), absolute(mx.exchange()));
            case DnsRecord.Pointer pointer -> List.of(absolute(pointer.target()));
            case DnsRecord.Text text -> text.strings();
        };
    }

    /** The words of a record that the engine cannot represent: the null MX (RFC 7505), and a target that is no name. */
    static List<Octets> unrepresentable(RecordType type) {
        Octets root = Octets.latin1(".");
        return type == RecordType.MX ? List.of(Octets.latin1("0"), root) : List.of(root);
    }

    static Octets absolute(DomainName name) {
        return Octets.latin1(name + ".");
    }

    /** The records of the engine, without those that it cannot represent. */
    static List<DnsRecord> records(List<SnapshotEntry.Resource> found, RecordType type) {
        List<DnsRecord> records = new ArrayList<>();
        for (SnapshotEntry.Resource data : found) {
            List<Octets> words = data.words();
            switch (type) {
                case A -> ipv4(words).ifPresent(address -> records.add(new DnsRecord.Address(address)));
                case AAAA -> ipv6(words).ifPresent(address -> records.add(new DnsRecord.Address(address)));
                case MX ->
                    name(words.getLast())
                            .ifPresent(host -> records.add(new DnsRecord.MailExchange(
                                    preference(words.getFirst()).orElse(0), host)));
                case PTR -> name(words.getFirst()).ifPresent(host -> records.add(new DnsRecord.Pointer(host)));
                case TXT -> records.add(new DnsRecord.Text(words));
            }
        }
        return records;
    }

    private static Optional<DomainName> name(Octets word) {
        return DomainName.parse(word.latin1());
    }

    /** The target of an alias, which may be any name that can be queried. */
    private static Optional<DomainName> target(Octets word) {
        return DomainName.parseQueryName(word.latin1());
    }

    private static Optional<Integer> preference(Octets word) {
        String digits = word.latin1();
        return !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(Ascii::isDigit)
                ? Optional.of(Integer.parseInt(digits)).filter(number -> number <= 0xFFFF)
                : Optional.empty();
    }

    private static Optional<InetAddress> ipv4(List<Octets> words) {
        return IpNetwork.parseIpv4(words.getFirst().latin1(), 32).map(IpNetwork::address);
    }

    // Not as an address of a client: an IPv4-mapped address stays an IPv6 address.
    private static Optional<InetAddress> ipv6(List<Octets> words) {
        return IpNetwork.parseIpv6(words.getFirst().latin1(), 128).map(IpNetwork::address);
    }
}
