package org.countersign.web.access;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.IpNetwork;

/**
 * Who may read the web page.
 *
 * @param tokenFile the file with the token; it is created if it does not exist
 * @param hosts names and addresses, without port, by which browsers may call this server in addition to loopback
 * @param proxy the address or network of a reverse proxy that has authenticated the user already
 * @param userField the header field in which this proxy names the user
 * @param proxyChanges whether users of the proxy may change something; holders of the token always may
 */
public record WebAccess(
        Path tokenFile, List<String> hosts, Optional<IpNetwork> proxy, String userField, boolean proxyChanges) {
    public WebAccess {
        hosts = List.copyOf(hosts);
    }
}
