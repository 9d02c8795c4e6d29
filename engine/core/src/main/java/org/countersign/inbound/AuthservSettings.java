package org.countersign.inbound;

import java.util.List;
import org.countersign.authres.AuthservIds;

/**
 * The names of this system in Authentication-Results fields (RFC 8601 §2.5).
 *
 * @param authservId the authserv-id of the fields that are added, or the empty text for the mail server's own name
 * @param aliases further names of this system; results in an incoming message under one of them are removed
 * @param subdomains whether every name below these names belongs to this system as well
 */
public record AuthservSettings(String authservId, List<String> aliases, boolean subdomains) {
    /** The mail server's own name and no other. */
    public static final AuthservSettings DEFAULT = new AuthservSettings("", List.of(), false);

    /**
     * @throws IllegalArgumentException if a name cannot be an authserv-id
     */
    public AuthservSettings {
        aliases = List.copyOf(aliases);
        // Refuses names that cannot be authserv-ids.
        AuthservIds.of(aliases);
        AuthservIds.of(authservId.isEmpty() ? List.of() : List.of(authservId));
    }
}
