package org.countersign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.countersign.dkim.SigningIdentity;
import org.countersign.domain.DomainName;

/** Which keys sign for which Author Domain. Immutable; a look-up costs the same for any number of domains. */
public final class SigningTable {
    private final Map<DomainName, List<SigningIdentity>> byDomain;

    /**
     * @param identities in the order in which several of one domain are to sign
     */
    public SigningTable(List<SigningIdentity> identities) {
        Map<DomainName, List<SigningIdentity>> gathered = new HashMap<>();
        for (SigningIdentity identity : identities) {
            gathered.computeIfAbsent(identity.sdid(), unused -> new ArrayList<>())
                    .add(identity);
        }
        gathered.replaceAll((domain, list) -> List.copyOf(list));
        this.byDomain = Map.copyOf(gathered);
    }

    /** The identities that sign for this Author Domain; none where it is not ours to sign for. */
    public List<SigningIdentity> forAuthor(DomainName authorDomain) {
        return byDomain.getOrDefault(authorDomain, List.of());
    }
}
