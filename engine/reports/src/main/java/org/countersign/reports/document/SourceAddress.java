package org.countersign.reports.document;

import java.net.InetAddress;
import java.util.Optional;
import org.countersign.domain.IpNetwork;

/**
 * The address of a client as a reporter writes it.
 *
 * @param plain whether it was written without anything else
 */
public record SourceAddress(InetAddress address, boolean plain) {
    private static final String LITERAL = "IPv6:";

    /**
     * Parses an address. It may have a port, brackets, the tag of an address literal (RFC 5321 §4.1.3), a scope or the length of
     * its network. An IPv4-mapped address becomes IPv4. Empty for other text.
     */
    public static Optional<SourceAddress> parse(String written) {
        Optional<InetAddress> address = IpNetwork.parseAddress(written);
        if (address.isPresent()) {
            return address.map(found -> new SourceAddress(found, true));
        }
        String text = withoutTag(written);
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            text = close < 0 ? "" : withoutTag(text.substring(1, close));
        } else if (text.indexOf(':') == text.lastIndexOf(':') && text.indexOf('.') >= 0) {
            text = before(text, ':');
        }
        return IpNetwork.parseAddress(before(before(text, '%'), '/')).map(found -> new SourceAddress(found, false));
    }

    private static String withoutTag(String text) {
        return text.regionMatches(true, 0, LITERAL, 0, LITERAL.length()) ? text.substring(LITERAL.length()) : text;
    }

    private static String before(String text, char mark) {
        int at = text.indexOf(mark);
        return at < 0 ? text : text.substring(0, at);
    }
}
