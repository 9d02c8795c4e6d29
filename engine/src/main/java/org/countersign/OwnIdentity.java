package org.countersign;

import java.util.List;
import org.countersign.authres.AuthservIds;
import org.countersign.domain.DomainName;

/**
 * Who we are in Authentication-Results fields.
 *
 * @param authservId the name that ours are given under
 * @param ids every name that is ours, for telling forged ones
 */
record OwnIdentity(String authservId, AuthservIds ids) {
    private static final String UNNAMED_HOST = "localhost";

    /** The names configured, the first of them the one to write under. */
    static OwnIdentity of(List<String> authservIds) {
        return new OwnIdentity(authservIds.getFirst(), AuthservIds.of(authservIds));
    }

    /** The mail server's own name, where none is configured. */
    static OwnIdentity ofHost(String receivingHost) {
        String name = DomainName.parse(receivingHost)
                .filter(DomainName::isHostName)
                .map(DomainName::toString)
                .orElse(UNNAMED_HOST);
        return of(List.of(name));
    }
}
