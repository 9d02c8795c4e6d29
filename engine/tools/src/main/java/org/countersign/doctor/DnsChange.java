package org.countersign.doctor;

import java.util.ArrayList;
import java.util.List;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;
import org.countersign.syntax.QuotedText;

/**
 * What to change at one name of the DNS.
 *
 * @param name the owner of the records; may begin with {@code *.}
 * @param type {@code TXT} or {@code MX}
 * @param remove the data of the records to remove, as published, one character for each octet; of a TXT record its joined text
 * @param publish the data of the records to publish, printable US-ASCII
 */
public record DnsChange(String name, String type, List<String> remove, List<String> publish) {
    /** Suits records that hardly ever change and that one may have to change in a hurry. */
    static final int TTL = 3600;

    // RFC 1035 §3.3: a character-string has at most 255 octets.
    private static final int MAX_STRING = 255;

    public DnsChange {
        remove = List.copyOf(remove);
        publish = List.copyOf(publish);
    }

    /** Publishes a TXT record where there was none. */
    static DnsChange publish(DomainName name, String text) {
        return new DnsChange(name.toString(), "TXT", List.of(), List.of(text));
    }

    /** Publishes a TXT record instead of others. */
    static DnsChange replace(DomainName name, List<DnsRecord.Text> old, String text) {
        return new DnsChange(name.toString(), "TXT", texts(old), List.of(text));
    }

    /** Removes TXT records. */
    static DnsChange remove(DomainName name, List<DnsRecord.Text> old) {
        return new DnsChange(name.toString(), "TXT", texts(old), List.of());
    }

    /** Whether another change is about the records of the same name and type. */
    boolean isOfSameRecords(DnsChange other) {
        return name.equals(other.name) && type.equals(other.type);
    }

    private static List<String> texts(List<DnsRecord.Text> records) {
        return records.stream().map(record -> record.joined().latin1()).toList();
    }

    /** The lines of a zone file; of a record to remove only a comment. */
    public List<String> zoneLines() {
        List<String> lines = new ArrayList<>();
        remove.forEach(data -> lines.add("; remove: " + name + ". IN " + type + " " + data(data)));
        publish.forEach(data -> lines.add(name + ". " + TTL + " IN " + type + " " + data(data)));
        return lines;
    }

    /** What to enter in the web page of a provider: name and value apart, without quotation marks. */
    public List<String> panelLines() {
        List<String> lines = new ArrayList<>();
        remove.forEach(
                data -> lines.add("remove  " + type + "  name: " + name + "  value: " + Escapes.printable(data)));
        publish.forEach(data -> lines.add("set  " + type + "  name: " + name + "  value: " + data
                + (data.length() > MAX_STRING
                        ? "  (" + data.length() + " octets: if it is refused, in two strings)"
                        : "")));
        return lines;
    }

    /** Commands for nsupdate(1), without {@code send}. */
    public List<String> updateLines() {
        List<String> lines = new ArrayList<>();
        remove.forEach(data -> lines.add("update delete " + name + ". " + type + " " + data(data)));
        publish.forEach(data -> lines.add("update add " + name + ". " + TTL + " " + type + " " + data(data)));
        return lines;
    }

    private String data(String text) {
        if (!type.equals("TXT")) {
            return text;
        }
        Octets octets = Octets.latin1(text);
        StringBuilder strings = new StringBuilder();
        for (int from = 0; from < octets.length() || from == 0; from += MAX_STRING) {
            strings.append(from == 0 ? "" : " ")
                    .append(escaped(octets.slice(from, Math.min(from + MAX_STRING, octets.length()))));
        }
        return strings.toString();
    }

    /** RFC 1035 §5.1: an octet that is not printable is a backslash and three digits. */
    private static String escaped(Octets octets) {
        String quoted = QuotedText.quotedString(octets.latin1());
        StringBuilder out = new StringBuilder(quoted.length());
        for (int i = 0; i < quoted.length(); i++) {
            char c = quoted.charAt(i);
            if (c >= ' ' && c <= '~') {
                out.append(c);
            } else {
                out.append('\\')
                        .append((char) ('0' + c / 100))
                        .append((char) ('0' + c / 10 % 10))
                        .append((char) ('0' + c % 10));
            }
        }
        return out.toString();
    }
}
