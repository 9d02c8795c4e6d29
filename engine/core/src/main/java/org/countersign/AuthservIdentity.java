package org.countersign;

import java.util.ArrayList;
import java.util.List;
import org.countersign.authres.AuthservIds;
import org.countersign.domain.DomainName;

/**
 * Who we are in Authentication-Results fields.
 *
 * @param authservId the name that ours are given under
 * @param ids every name that is ours, for telling forged ones
 */
record AuthservIdentity(String authservId, AuthservIds ids) {
    private static final String UNNAMED_HOST = "localhost";

    /**
     * @param authservId the name to write under
     * @param aliases further names of ours
     * @param subdomains whether names below all of these are ours too
     */
    static AuthservIdentity of(String authservId, List<String> aliases, boolean subdomains) {
        List<String> names = new ArrayList<>(aliases.size() + 1);
        names.add(authservId);
        names.addAll(aliases);
        return new AuthservIdentity(authservId, AuthservIds.of(names, subdomains));
    }

    /** The mail server's own name, where none is configured to write under. */
    static AuthservIdentity ofHost(String receivingHost, List<String> aliases, boolean subdomains) {
        String name = DomainName.parse(receivingHost)
                .filter(DomainName::isHostName)
                .map(DomainName::toString)
                .orElse(UNNAMED_HOST);
        return of(name, aliases, subdomains);
    }
}
