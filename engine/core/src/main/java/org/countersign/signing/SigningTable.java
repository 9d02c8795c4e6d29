package org.countersign.signing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.domain.UserPattern;
import org.countersign.message.AuthorDomain;
import org.countersign.syntax.Ascii;
import org.jspecify.annotations.Nullable;

/**
 * Finds the entry for a message: the first one that matches, in the order given. Immutable. Entries are indexed by their
 * most selective condition. So a lookup considers only the few entries that could match, and takes the same time for
 * any number of domains, addresses and users.
 */
public final class SigningTable {
    /** An entry and its position in the order. */
    private record Ranked(int rank, SigningEntry entry) {}

    private final Map<DomainName, List<Ranked>> byAuthorDomain = new HashMap<>();
    private final Map<DomainName, List<Ranked>> belowAuthorDomain = new HashMap<>();
    private final Map<String, List<Ranked>> byAuthorAddress = new HashMap<>();
    private final Map<String, List<Ranked>> byUser = new HashMap<>();
    private final Map<DomainName, List<Ranked>> byUserDomain = new HashMap<>();
    private final Map<DomainName, List<Ranked>> byMailFromDomain = new HashMap<>();
    private final List<Ranked> others = new ArrayList<>();

    /**
     * @param entries in the order in which they are tried
     */
    public SigningTable(List<SigningEntry> entries) {
        int rank = 0;
        for (SigningEntry entry : entries) {
            index(new Ranked(rank++, entry));
        }
    }

    private void index(Ranked ranked) {
        SigningEntry entry = ranked.entry;
        if (indexByAuthor(ranked) || indexByUser(ranked)) {
            return;
        }
        boolean plainDomains = !entry.mailFrom().isEmpty()
                && entry.mailFrom().stream().allMatch(AddressPattern.Domain.class::isInstance);
        if (plainDomains) {
            for (AddressPattern pattern : entry.mailFrom()) {
                if (pattern instanceof AddressPattern.Domain(DomainName name)) {
                    add(byMailFromDomain, name, ranked);
                }
            }
        } else {
            others.add(ranked);
        }
    }

    private boolean indexByAuthor(Ranked ranked) {
        List<AddressPattern> authors = ranked.entry.authors();
        if (authors.isEmpty() || authors.stream().anyMatch(AddressPattern.Any.class::isInstance)) {
            return false;
        }
        for (AddressPattern pattern : authors) {
            switch (pattern) {
                case AddressPattern.Domain(DomainName name) -> add(byAuthorDomain, name, ranked);
                case AddressPattern.Below(DomainName name) -> add(belowAuthorDomain, name, ranked);
                case AddressPattern.Address address -> add(byAuthorAddress, address.toString(), ranked);
                case AddressPattern.Any any -> throw new IllegalStateException("indexed among the others");
            }
        }
        return true;
    }

    private boolean indexByUser(Ranked ranked) {
        List<UserPattern> users = ranked.entry.users();
        if (users.isEmpty() || users.stream().anyMatch(UserPattern.Any.class::isInstance)) {
            return false;
        }
        for (UserPattern pattern : users) {
            switch (pattern) {
                case UserPattern.Named(String name) -> add(byUser, name, ranked);
                case UserPattern.AtDomain(DomainName domain) -> add(byUserDomain, domain, ranked);
                case UserPattern.Any any -> throw new IllegalStateException("indexed among the others");
            }
        }
        return true;
    }

    private static <K> void add(Map<K, List<Ranked>> map, K key, Ranked ranked) {
        map.computeIfAbsent(key, unused -> new ArrayList<>(1)).add(ranked);
    }

    /** The first entry that matches; empty if this mail is not to be signed. */
    public Optional<SigningEntry> find(SigningRequest request) {
        Search search = new Search(request);
        AuthorDomain.Single author = request.author();
        search.consider(byAuthorDomain.get(author.domain()));
        search.consider(byAuthorAddress.get(
                Ascii.lower(AuthorDomain.Single.localPart(author.address())) + "@" + author.domain()));
        if (!belowAuthorDomain.isEmpty()) {
            for (int labels = author.domain().labelCount() - 1; labels > 0; labels--) {
                search.consider(belowAuthorDomain.get(author.domain().rightmost(labels)));
            }
        }
        request.user().ifPresent(user -> {
            search.consider(byUser.get(Ascii.lower(user)));
            UserPattern.domainOf(user).ifPresent(domain -> search.consider(byUserDomain.get(domain)));
        });
        if (request.mailFrom() instanceof ReversePath.Address address) {
            address.domain().ifPresent(domain -> search.consider(byMailFromDomain.get(domain)));
        }
        search.consider(others);
        return search.best.map(Ranked::entry);
    }

    /** One lookup: the matching entry of the lowest rank so far. */
    private static final class Search {
        private final SigningRequest request;
        private Optional<Ranked> best = Optional.empty();

        Search(SigningRequest request) {
            this.request = request;
        }

        /**
         * @param candidates in the order of their rank
         */
        void consider(@Nullable List<Ranked> candidates) {
            if (candidates == null) {
                return;
            }
            for (Ranked candidate : candidates) {
                if (best.isPresent() && best.get().rank < candidate.rank) {
                    return;
                }
                if (candidate.entry.matches(request)) {
                    best = Optional.of(candidate);
                    return;
                }
            }
        }
    }
}
