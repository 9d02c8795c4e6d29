package org.countersign.rotation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.syntax.QuotedText;

/** The record of a key in the forms in which people publish it. */
public final class RecordText {
    /** RFC 1035 §3.3: a character-string has at most 255 octets. */
    private static final int MAX_STRING = 255;

    /** RFC 6376 §3.6.1: the record of a revoked key. */
    static final String REVOKED = "v=DKIM1; p=";

    private static final int TTL = 3600;

    private RecordText() {}

    /** A line for a zone file. */
    public static String zone(RotatedKey key) {
        return PublicKeyRecords.zoneLine(key.publishedAt(), key.publicRecord());
    }

    /** What the form of a DNS provider asks for. */
    public static List<String> panel(RotatedKey key) {
        return panel(key, key.publicRecord());
    }

    static List<String> panel(RotatedKey key, String value) {
        List<String> lines = new ArrayList<>();
        lines.add("type   TXT");
        lines.add("name   " + key.publishedAt());
        if (key.target().isEmpty()) {
            lines.add("       or " + key.selector() + "._domainkey, if the form adds ." + key.domain() + " itself");
        }
        lines.add("value  " + value);
        if (value.length() > MAX_STRING) {
            lines.add("       " + value.length() + " characters; if the form takes no more than " + MAX_STRING
                    + ", in two strings:");
            lines.add("       " + String.join(" ", strings(value)));
        }
        lines.add("TTL    " + TTL + ", or what the form suggests");
        return lines;
    }

    private static List<String> strings(String value) {
        List<String> strings = new ArrayList<>();
        for (int from = 0; from < value.length(); from += MAX_STRING) {
            strings.add(QuotedText.quotedString(value.substring(from, Math.min(from + MAX_STRING, value.length()))));
        }
        return strings;
    }

    /** The input of nsupdate(1), which adds the record unless there is a TXT record. */
    public static List<String> nsupdate(RotatedKey key, Optional<String> server) {
        List<String> lines = new ArrayList<>();
        server.ifPresent(name -> lines.add("server " + name));
        lines.add("prereq nxrrset " + key.publishedAt() + ". TXT");
        lines.add("update add " + key.publishedAt() + ". " + TTL + " TXT "
                + String.join(" ", strings(key.publicRecord())));
        lines.add("send");
        return lines;
    }

    /** The aliases that the owner of the domain sets once. */
    public static List<String> aliases(RotationStates.Slots slots) {
        List<String> lines = new ArrayList<>();
        for (String slot : slots.selectors()) {
            Optional<DomainName> target = slots.target(slot);
            lines.add(slot + "._domainkey." + slots.domain() + ". IN CNAME "
                    + target.map(DomainName::toString).orElse("(no name)") + ".");
        }
        return lines;
    }
}
