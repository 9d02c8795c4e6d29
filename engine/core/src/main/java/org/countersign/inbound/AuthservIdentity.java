package org.countersign.inbound;

import java.util.ArrayList;
import java.util.List;
import org.countersign.authres.AuthservIds;
import org.countersign.domain.DomainName;

/**
 * The names of this system in Authentication-Results fields.
 *
 * @param authservId the authserv-id of the fields that are added (RFC 8601 §2.5)
 * @param ids every name of this system, to recognize forged results
 */
public record AuthservIdentity(String authservId, AuthservIds ids) {
    private static final String UNNAMED_HOST = "localhost";

    /**
     * The names as configured.
     *
     * @param aliases further names of this system
     * @param subdomains whether every name below these names belongs to this system as well
     */
    static AuthservIdentity of(String authservId, List<String> aliases, boolean subdomains) {
        List<String> names = new ArrayList<>(aliases.size() + 1);
        names.add(authservId);
        names.addAll(aliases);
        return new AuthservIdentity(authservId, AuthservIds.of(names, subdomains));
    }

    /** The names of a system without a configured authserv-id: the mail server's own name comes first. */
    static AuthservIdentity ofHost(String receivingHost, List<String> aliases, boolean subdomains) {
        String name = DomainName.parse(receivingHost)
                .filter(DomainName::isHostName)
                .map(DomainName::toString)
                .orElse(UNNAMED_HOST);
        return of(name, aliases, subdomains);
    }
}
