package org.countersign.signing;

import java.util.List;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.UserPattern;
import org.countersign.message.AuthorDomain;
import org.countersign.syntax.Ascii;

/**
 * Who may have mail signed as whom.
 *
 * @param match what is asked of users who have logged in, besides the allowances
 * @param allowances any one that fits is enough; where there are none, and nothing else is asked of a client, it
 *     may write as anybody in the table
 */
public record AuthorPermissions(UserMatch match, List<Allowance> allowances) {
    /** Every client may write as anybody in the table. */
    public static final AuthorPermissions ANY = new AuthorPermissions(UserMatch.NONE, List.of());

    /** How the author must agree with the name of a user who has logged in. */
    public enum UserMatch {
        /** Not at all. */
        NONE,
        /** The Author Domain is that of the user's name, which has two labels at least, or below it. */
        DOMAIN,
        /** The one address in From is the user's name. */
        ADDRESS
    }

    /**
     * What some clients may do.
     *
     * @param users who have logged in
     * @param networks where clients are, logged in or not
     * @param authors as whom they may write
     */
    public record Allowance(List<UserPattern> users, List<IpNetwork> networks, List<AddressPattern> authors) {
        public Allowance {
            users = List.copyOf(users);
            networks = List.copyOf(networks);
            authors = List.copyOf(authors);
        }

        private boolean covers(SigningRequest facts) {
            return isFor(facts) && AuthorMatching.match(authors, facts.author());
        }

        private boolean isFor(SigningRequest facts) {
            return facts.user()
                            .filter(user -> users.stream().anyMatch(pattern -> pattern.matches(user)))
                            .isPresent()
                    || facts.clientAddress()
                            .filter(address -> networks.stream().anyMatch(network -> network.contains(address)))
                            .isPresent();
        }
    }

    public AuthorPermissions {
        allowances = List.copyOf(allowances);
    }

    /** Whether this message's client may write as its author. */
    public boolean permit(SigningRequest facts) {
        if (allowances.stream().anyMatch(allowance -> allowance.covers(facts))) {
            return true;
        }
        if (facts.user().isEmpty() || match == UserMatch.NONE) {
            return allowances.isEmpty();
        }
        String user = facts.user().get();
        AuthorDomain.Single author = facts.author();
        return match == UserMatch.ADDRESS
                ? author.addresses().size() == 1 && isAddress(author, user)
                : LoginDomain.covers(user, author.domain());
    }

    /** Why a client may not write as its author, for the postmaster; to stand behind who may not. */
    String explainRefusal(SigningRequest facts) {
        if (!allowances.isEmpty() || facts.user().isEmpty()) {
            return ": no entry of signing.allow permits it.";
        }
        return switch (match) {
            case NONE -> ".";
            case ADDRESS -> ": author-must-match-user is address, and the login name is not the one address in From.";
            case DOMAIN ->
                ": author-must-match-user is domain, and the login name has "
                        + (UserPattern.domainOf(facts.user().get()).isPresent() ? "another" : "no")
                        + " domain.";
        };
    }

    private static boolean isAddress(AuthorDomain.Single author, String user) {
        int at = user.lastIndexOf('@');
        return at > 0
                && Ascii.lower(AuthorDomain.Single.localPart(author.address()))
                        .equals(Ascii.lower(user.substring(0, at)))
                && UserPattern.domainOf(user).filter(author.domain()::equals).isPresent();
    }
}
