package org.countersign.signing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.domain.UserPattern;
import org.countersign.message.AuthorDomain;
import org.countersign.syntax.Ascii;

/**
 * Finds the entry for a message: the first one that matches, in the order given. Immutable. Entries are indexed by their
 * most selective condition. So a lookup considers only the few entries that could match, and takes the same time for
 * any number of domains, addresses and users.
 */
public final class SigningTable {
    /** An entry and its position in the order. */
    private record Ranked(int rank, SigningEntry entry) {}

    private static final List<Ranked> NONE = List.of();

    private final Map<DomainName, List<Ranked>> byAuthorDomain = new HashMap<>();
    private final Map<DomainName, List<Ranked>> belowAuthorDomain = new HashMap<>();
    private final Map<String, List<Ranked>> byAuthorAddress = new HashMap<>();
    private final Map<String, List<Ranked>> byUser = new HashMap<>();
    private final Map<DomainName, List<Ranked>> byUserDomain = new HashMap<>();
    private final Map<DomainName, List<Ranked>> byMailFromDomain = new HashMap<>();
    private final List<Ranked> others = new ArrayList<>();
    private final Set<AddressPattern> recipientPatterns;

    /**
     * @param entries in the order in which they are tried
     */
    public SigningTable(List<SigningEntry> entries) {
        int rank = 0;
        Set<AddressPattern> ofRecipients = new LinkedHashSet<>();
        for (SigningEntry entry : entries) {
            index(new Ranked(rank++, entry));
            ofRecipients.addAll(entry.recipients());
        }
        recipientPatterns = Set.copyOf(ofRecipients);
    }

    /**
     * The patterns of all entries for recipients. While there are none, nobody needs to look at the recipients of a
     * message.
     */
    public Set<AddressPattern> recipientPatterns() {
        return recipientPatterns;
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
        forEachCandidate(request, search);
        return search.best.map(Ranked::entry);
    }

    /**
     * The entries whose most selective condition holds, in their order, up to the first one that matches. Each of the
     * others needs only something more.
     *
     * @param limit the maximum number of entries
     */
    public List<SigningEntry> candidates(SigningRequest request, int limit) {
        SortedMap<Integer, SigningEntry> candidates = new TreeMap<>();
        forEachCandidate(request, ranked -> ranked.forEach(each -> candidates.put(each.rank, each.entry)));
        List<SigningEntry> nearest = new ArrayList<>();
        for (SigningEntry entry : candidates.values()) {
            if (nearest.size() == limit) {
                break;
            }
            nearest.add(entry);
            if (entry.matches(request)) {
                break;
            }
        }
        return nearest;
    }

    /** Gives the consumer the lists of entries whose most selective condition holds, each in the order of its rank. */
    private void forEachCandidate(SigningRequest request, Consumer<List<Ranked>> consumer) {
        AuthorDomain.Single author = request.author();
        consumer.accept(byAuthorDomain.getOrDefault(author.domain(), NONE));
        AddressPattern self =
                new AddressPattern.Address(AuthorDomain.Single.localPart(author.address()), author.domain());
        consumer.accept(byAuthorAddress.getOrDefault(self.toString(), NONE));
        if (!belowAuthorDomain.isEmpty()) {
            for (int labels = author.domain().labelCount() - 1; labels > 0; labels--) {
                consumer.accept(belowAuthorDomain.getOrDefault(author.domain().rightmost(labels), NONE));
            }
        }
        request.user().ifPresent(user -> {
            consumer.accept(byUser.getOrDefault(Ascii.lower(user), NONE));
            UserPattern.domainOf(user).ifPresent(domain -> consumer.accept(byUserDomain.getOrDefault(domain, NONE)));
        });
        if (request.mailFrom() instanceof ReversePath.Address address) {
            address.domain().ifPresent(domain -> consumer.accept(byMailFromDomain.getOrDefault(domain, NONE)));
        }
        consumer.accept(others);
    }

    /** One lookup: the matching entry of the lowest rank so far. */
    private static final class Search implements Consumer<List<Ranked>> {
        private final SigningRequest request;
        private Optional<Ranked> best = Optional.empty();

        Search(SigningRequest request) {
            this.request = request;
        }

        /**
         * @param candidates in the order of their rank
         */
        @Override
        public void accept(List<Ranked> candidates) {
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
