package org.countersign.signing;

import java.util.List;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.UserPattern;
import org.countersign.message.AuthorDomain;
import org.countersign.syntax.Ascii;

/**
 * Which clients may have mail of which authors signed.
 *
 * @param match how the author must agree with the name of an authenticated user
 * @param allowances what some clients may do in addition; one that applies is enough. Without allowances and without a
 *     required match, a client may write as any author in the table
 */
public record AuthorPermissions(UserMatch match, List<Allowance> allowances) {
    /** Every client may write as any author in the table. */
    public static final AuthorPermissions ANY = new AuthorPermissions(UserMatch.NONE, List.of());

    /** How the author must agree with the name of an authenticated user. */
    public enum UserMatch {
        /** Not at all. */
        NONE,
        /** The Author Domain is the domain of the user's name or below it. That domain has at least two labels. */
        DOMAIN,
        /** The only address in From is the user's name. */
        ADDRESS
    }

    /**
     * A permission of some clients.
     *
     * @param users authenticated users
     * @param networks networks of clients, authenticated or not
     * @param authors the authors as which these clients may write
     */
    public record Allowance(List<UserPattern> users, List<IpNetwork> networks, List<AddressPattern> authors) {
        public Allowance {
            users = List.copyOf(users);
            networks = List.copyOf(networks);
            authors = List.copyOf(authors);
        }

        private boolean permits(SigningRequest request) {
            return appliesTo(request) && AuthorMatching.match(authors, request.author());
        }

        private boolean appliesTo(SigningRequest request) {
            return request.user()
                            .filter(user -> UserPattern.anyMatches(users, user))
                            .isPresent()
                    || request.clientAddress()
                            .filter(address -> IpNetwork.anyContains(networks, address))
                            .isPresent();
        }
    }

    public AuthorPermissions {
        allowances = List.copyOf(allowances);
    }

    /** Whether this message's client may write as its author. */
    public boolean permit(SigningRequest request) {
        for (Allowance allowance : allowances) {
            if (allowance.permits(request)) {
                return true;
            }
        }
        if (request.user().isEmpty() || match == UserMatch.NONE) {
            return allowances.isEmpty();
        }
        String user = request.user().get();
        AuthorDomain.Single author = request.author();
        return match == UserMatch.ADDRESS
                ? author.addresses().size() == 1 && isAddress(author, user)
                : LoginDomain.covers(user, author.domain());
    }

    /** Why a client may not write as its author, for the postmaster. Continues a sentence about the client. */
    String explainRefusal(SigningRequest request) {
        if (!allowances.isEmpty() || request.user().isEmpty()) {
            return ": no entry of signing.allow permits it.";
        }
        return switch (match) {
            case NONE -> ".";
            case ADDRESS -> ": author-must-match-user is address, and the login name is not the one address in From.";
            case DOMAIN ->
                ": author-must-match-user is domain, and the login name has "
                        + (UserPattern.domainOf(request.user().get()).isPresent() ? "another" : "no")
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
