package org.countersign.signing;

import java.util.List;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.ReversePath;
import org.countersign.domain.UserPattern;
import org.countersign.signature.SigningDefaults;

/**
 * One entry of the signing table: all conditions must hold, each of them for any one of its patterns; a
 * condition without patterns holds.
 *
 * @param name where it stands, for people: {@code mx.yaml:12}
 * @param authors the address in From; the patterns for single addresses match only where it is the only one
 * @param mailFrom the MAIL FROM identity, which the null reverse-path has none of
 * @param users who has logged in
 * @param keys the candidates; none where this mail is not to be signed
 */
public record SigningEntry(
        String name,
        List<AddressPattern> authors,
        List<AddressPattern> mailFrom,
        List<UserPattern> users,
        List<ScheduledKey> keys,
        SigningDefaults profile,
        AuidChoice auid) {
    public SigningEntry {
        authors = List.copyOf(authors);
        mailFrom = List.copyOf(mailFrom);
        users = List.copyOf(users);
        keys = List.copyOf(keys);
    }

    /** Whether the entry is for this message. */
    public boolean matches(SigningRequest facts) {
        return (authors.isEmpty() || AuthorMatching.match(authors, facts.author()))
                && (mailFrom.isEmpty() || matchesMailFrom(facts.mailFrom()))
                && (users.isEmpty()
                        || facts.user()
                                .filter(user -> users.stream().anyMatch(pattern -> pattern.matches(user)))
                                .isPresent());
    }

    private boolean matchesMailFrom(ReversePath path) {
        return path instanceof ReversePath.Address address
                && address.domain()
                        .filter(domain ->
                                mailFrom.stream().anyMatch(pattern -> pattern.matches(address.localPart(), domain)))
                        .isPresent();
    }
}
