package org.countersign.signing;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.domain.UserPattern;
import org.countersign.message.AuthorDomain;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;

/** Entries of the signing table and requests for tests. */
final class Signing {
    static final SigningIdentity KEY = new SigningIdentity(DomainName.of("example.org"), "e", TestKeys.ED25519);

    private Signing() {}

    static List<AddressPattern> addresses(String... patterns) {
        return List.of(patterns).stream()
                .map(text -> AddressPattern.parse(text).orElseThrow())
                .toList();
    }

    static List<UserPattern> users(String... patterns) {
        return List.of(patterns).stream()
                .map(text -> UserPattern.parse(text).orElseThrow())
                .toList();
    }

    static SigningEntry entry(
            String name, List<AddressPattern> authors, List<AddressPattern> mailFrom, List<UserPattern> users) {
        return new SigningEntry(
                name,
                authors,
                mailFrom,
                users,
                List.of(),
                List.of(new ScheduledKey(KEY, KeyValidity.ALWAYS)),
                SigningDefaults.DEFAULT,
                new AuidChoice.None());
    }

    /** A request by From field, MAIL FROM and user; an empty user means that the client is not authenticated. */
    static SigningRequest request(String from, String mailFrom, String user) {
        return new SigningRequest(
                (AuthorDomain.Single) AuthorDomain.parse(Octets.utf8(" " + from)),
                ReversePath.parse(mailFrom),
                Optional.of(user).filter(name -> !name.isEmpty()),
                IpNetwork.parseAddress("192.0.2.1"));
    }

    static SigningRequest by(String from) {
        return request(from, "<>", "");
    }
}
