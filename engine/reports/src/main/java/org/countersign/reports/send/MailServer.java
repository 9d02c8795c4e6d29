package org.countersign.reports.send;

import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Ascii;

/**
 * The mail server that reports are handed to.
 *
 * @param host a name or an IP address
 */
public record MailServer(String host, int port) {
    /** The mail server of this machine. */
    public static final MailServer DEFAULT = new MailServer("127.0.0.1", 25);

    private static final int MAX_PORT = 65_535;

    /** Parses {@code host:port} or {@code [IPv6]:port}; empty for other text. */
    static Optional<MailServer> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            return Optional.empty();
        }
        String port = text.substring(colon + 1);
        boolean isNumber = !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(Ascii::isDigit);
        if (!isNumber || Integer.parseInt(port) < 1 || Integer.parseInt(port) > MAX_PORT) {
            return Optional.empty();
        }
        return host(text.substring(0, colon)).map(host -> new MailServer(host, Integer.parseInt(port)));
    }

    private static Optional<String> host(String text) {
        if (text.startsWith("[") && text.endsWith("]")) {
            String address = text.substring(1, text.length() - 1);
            return IpNetwork.parseAddress(address).map(unused -> address);
        }
        return text.indexOf(':') >= 0
                ? Optional.empty()
                : DomainName.parse(text).filter(DomainName::isHostName).map(DomainName::toString);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
