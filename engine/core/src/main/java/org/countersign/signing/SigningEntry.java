package org.countersign.signing;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.ReversePath;
import org.countersign.domain.UserPattern;
import org.countersign.signature.SigningDefaults;

/**
 * One entry of the signing table. It matches a message if all its conditions hold. A condition holds if one of its
 * patterns matches, or if it has no patterns.
 *
 * @param name the place of the entry, such as {@code mx.yaml:12}
 * @param authors patterns for the addresses in From, each of which must match
 * @param mailFrom patterns for the reverse-path; no pattern matches the null reverse-path
 * @param users patterns for the authenticated user
 * @param recipients patterns for the recipients, of which at least one must match
 * @param keys the keys that may sign; empty if this mail is not to be signed
 * @param defaults how to sign
 * @param auid the AUID of the signatures
 */
public record SigningEntry(
        String name,
        List<AddressPattern> authors,
        List<AddressPattern> mailFrom,
        List<UserPattern> users,
        List<AddressPattern> recipients,
        List<ScheduledKey> keys,
        SigningDefaults defaults,
        AuidChoice auid) {
    public SigningEntry {
        authors = List.copyOf(authors);
        mailFrom = List.copyOf(mailFrom);
        users = List.copyOf(users);
        recipients = List.copyOf(recipients);
        keys = List.copyOf(keys);
    }

    /** The conditions of an entry. */
    public enum Part {
        AUTHOR,
        MAIL_FROM,
        USER,
        RECIPIENT
    }

    /** Whether the entry matches this message. */
    public boolean matches(SigningRequest request) {
        return matchesAuthor(request) && matchesMailFrom(request) && matchesUser(request) && matchesRecipient(request);
    }

    /** The conditions that a message does not meet; none if the entry matches it. */
    public Set<Part> obstacles(SigningRequest request) {
        Set<Part> obstacles = EnumSet.noneOf(Part.class);
        if (!matchesAuthor(request)) {
            obstacles.add(Part.AUTHOR);
        }
        if (!matchesMailFrom(request)) {
            obstacles.add(Part.MAIL_FROM);
        }
        if (!matchesUser(request)) {
            obstacles.add(Part.USER);
        }
        if (!matchesRecipient(request)) {
            obstacles.add(Part.RECIPIENT);
        }
        return obstacles;
    }

    private boolean matchesAuthor(SigningRequest request) {
        return authors.isEmpty() || AuthorMatching.match(authors, request.author());
    }

    private boolean matchesMailFrom(SigningRequest request) {
        return mailFrom.isEmpty() || matchesMailFrom(request.mailFrom());
    }

    private boolean matchesUser(SigningRequest request) {
        return users.isEmpty()
                || request.user()
                        .filter(user -> UserPattern.anyMatches(users, user))
                        .isPresent();
    }

    private boolean matchesRecipient(SigningRequest request) {
        return recipients.isEmpty() || !Collections.disjoint(recipients, request.recipientPatterns());
    }

    private boolean matchesMailFrom(ReversePath path) {
        return path instanceof ReversePath.Address address
                && address.domain()
                        .filter(domain -> AuthorMatching.match(mailFrom, address.localPart(), domain))
                        .isPresent();
    }
}
