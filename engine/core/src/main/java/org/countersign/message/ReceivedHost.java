package org.countersign.message;

import org.countersign.domain.IpNetwork;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;

/**
 * Decides by a Received field (RFC 5321 §4.4) whether a message came from another host. Mail servers write the field in many
 * forms, but nearly always with the address of the client.
 *
 * <p>An address counts wherever it is, because the client chooses its HELO name, which could look like the end of the from
 * clause. Only the version in {@code by mx (8.17.1.9/8.17.1.9/Debian)}, which Sendmail writes, is not read as an address.
 */
public final class ReceivedHost {
    private static final String VERSION_6 = "IPv6:";
    private static final String SENDMAIL_BOUNCE = "from localhost (localhost)";
    // An IPv6 address with an embedded IPv4 address has 45 characters.
    private static final int MAX_ADDRESS = 45 + VERSION_6.length();

    private ReceivedHost() {}

    /**
     * Whether the message may have come from another host. It came from the host itself if the field has only loopback
     * addresses, or names no host: {@code by mx (Postfix, from userid 33)}, {@code (from root@localhost) by mx},
     * {@code from root by mx with local}, or {@code from localhost (localhost) by mx} without a protocol, as Sendmail
     * writes in its bounces.
     */
    public static boolean isFromAnotherHost(HeaderField received) {
        String text = received.value().latin1();
        boolean loopback = false;
        boolean local = false;
        boolean bounce = text.stripLeading().startsWith(SENDMAIL_BOUNCE);
        String before = "";
        String first = "";
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i < text.length() && isPartOfWord(text.charAt(i))) {
                continue;
            }
            if (i > start) {
                String word = i - start <= MAX_ADDRESS ? text.substring(start, i) : "-";
                switch (network(word)) {
                    case OTHER -> {
                        return true;
                    }
                    case LOOPBACK -> loopback = true;
                    case NONE -> {
                        local |= Ascii.equalsIgnoreCase(before, "with") && Ascii.equalsIgnoreCase(word, "local");
                        bounce &= !Ascii.equalsIgnoreCase(word, "with");
                    }
                }
                // A comment before it is no from clause.
                first = first.isEmpty() ? text.substring(0, start).strip() + word : first;
                if (Ascii.equalsIgnoreCase(before, "by")) {
                    i = endOfVersion(text, i);
                }
                before = word;
            }
            start = i + 1;
        }
        return Ascii.equalsIgnoreCase(first, "from") && !loopback && !local && !bounce;
    }

    /** The index of the parenthesis after a version such as {@code (8.17.1.9/Debian-2)} at this index; the same without one. */
    private static int endOfVersion(String text, int from) {
        int at = from;
        while (at < text.length() && Ascii.isFws(text.charAt(at))) {
            at++;
        }
        if (at == text.length() || text.charAt(at) != '(') {
            return from;
        }
        boolean slash = false;
        for (at++; at < text.length() && isPartOfVersion(text.charAt(at)); at++) {
            slash |= text.charAt(at) == '/';
        }
        return slash && at < text.length() && text.charAt(at) == ')' ? at : from;
    }

    private static boolean isPartOfVersion(char c) {
        return Ascii.isAlphaNumeric(c) || "./-+~_".indexOf(c) >= 0;
    }

    private enum Network {
        NONE,
        LOOPBACK,
        OTHER
    }

    private static Network network(String word) {
        boolean version6 = word.length() > VERSION_6.length()
                && Ascii.equalsIgnoreCase(word.substring(0, VERSION_6.length()), VERSION_6);
        String literal = version6 ? word.substring(VERSION_6.length()) : word;
        if (literal.indexOf('.') < 0 && literal.indexOf(':') < 0) {
            return Network.NONE;
        }
        return IpNetwork.parseAddress(literal)
                .map(address -> address.isLoopbackAddress() ? Network.LOOPBACK : Network.OTHER)
                .orElse(Network.NONE);
    }

    private static boolean isPartOfWord(char c) {
        return Ascii.isAlphaNumeric(c) || c == '.' || c == ':' || c == '-' || c == '_' || c > 127;
    }
}
