package org.countersign.domain;

import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Ascii;

/** A pattern for authenticated users, in any case. */
public sealed interface UserPattern {
    /** All authenticated users: {@code *}. */
    record Any() implements UserPattern {
        @Override
        public boolean matches(String user) {
            return true;
        }

        @Override
        public String toString() {
            return "*";
        }
    }

    /**
     * One user, with or without a domain, as the mail server names the user.
     *
     * @param name in lower case
     */
    record Named(String name) implements UserPattern {
        public Named {
            name = Ascii.lower(name);
        }

        @Override
        public boolean matches(String user) {
            return Ascii.lower(user).equals(name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** All users of this domain: {@code *@example.org}. */
    record AtDomain(DomainName domain) implements UserPattern {
        @Override
        public boolean matches(String user) {
            return domainOf(user).filter(domain::equals).isPresent();
        }

        @Override
        public String toString() {
            return "*@" + domain;
        }
    }

    boolean matches(String user);

    /** Whether one of the patterns matches a user. */
    static boolean anyMatches(List<UserPattern> patterns, String user) {
        for (UserPattern pattern : patterns) {
            if (pattern.matches(user)) {
                return true;
            }
        }
        return false;
    }

    /** Whether this pattern matches all users that the other one matches. */
    default boolean covers(UserPattern other) {
        return this instanceof Any
                || equals(other)
                || (this instanceof AtDomain && other instanceof Named(String name) && matches(name));
    }

    /** Parses {@code *}, {@code *@example.org} or the name of a user. */
    static Optional<UserPattern> parse(String text) {
        if (text.equals("*")) {
            return Optional.of(new Any());
        }
        if (text.startsWith("*@")) {
            return domainOf(text).map(AtDomain::new);
        }
        return text.isEmpty() || text.indexOf('*') >= 0 ? Optional.empty() : Optional.of(new Named(text));
    }

    /** The domain of a user's name; empty for a name without one. */
    static Optional<DomainName> domainOf(String user) {
        int at = user.lastIndexOf('@');
        return at < 0 ? Optional.empty() : DomainName.parse(user.substring(at + 1));
    }
}
