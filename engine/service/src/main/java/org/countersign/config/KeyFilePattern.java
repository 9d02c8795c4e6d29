package org.countersign.config;

import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;

/**
 * The name of a key file, in which {@code {domain}} and {@code {selector}} stand for those of the key, such as
 * {@code keys/{domain}.{selector}.pem}.
 *
 * @param text as the policy file has it
 */
public record KeyFilePattern(String text) {
    private static final String DOMAIN = "{domain}";
    private static final String SELECTOR = "{selector}";

    /**
     * What the name of a file says.
     *
     * @param domain empty where the part has no place for it
     * @param selector likewise
     */
    public record Match(Optional<DomainName> domain, Optional<DomainName> selector) {
        /** This and what a further part of the name says; empty if they contradict each other. */
        public Optional<Match> and(Match further) {
            boolean same = (domain.isEmpty() || further.domain.isEmpty() || domain.equals(further.domain))
                    && (selector.isEmpty() || further.selector.isEmpty() || selector.equals(further.selector));
            return same
                    ? Optional.of(new Match(domain.or(() -> further.domain), selector.or(() -> further.selector)))
                    : Optional.empty();
        }
    }

    /** The name of the file of a key. */
    public String of(DomainName domain, DomainName selector) {
        return text.replace(DOMAIN, domain.toString()).replace(SELECTOR, selector.toString());
    }

    /** The same with this selector. */
    KeyFilePattern withSelector(DomainName selector) {
        return new KeyFilePattern(text.replace(SELECTOR, selector.toString()));
    }

    boolean hasDomain() {
        return text.contains(DOMAIN);
    }

    boolean hasSelector() {
        return text.contains(SELECTOR);
    }

    /** Whether one part of the name stands for any file. */
    public static boolean isVariable(String part) {
        return part.contains(DOMAIN) || part.contains(SELECTOR);
    }

    /**
     * Compares the name of a file with one part of a pattern. If both stand in it, the selector is as short as can be.
     * Total: any texts give a match or none.
     *
     * @param part what stands between two slashes of a pattern
     * @param name of a file or directory
     */
    public static Optional<Match> match(String part, String name) {
        return match(part, name, new Match(Optional.empty(), Optional.empty()));
    }

    private static Optional<Match> match(String part, String name, Match known) {
        int domainAt = part.indexOf(DOMAIN);
        int selectorAt = part.indexOf(SELECTOR);
        if (domainAt < 0 && selectorAt < 0) {
            return part.equals(name) ? Optional.of(known) : Optional.empty();
        }
        boolean domainFirst = selectorAt < 0 || (domainAt >= 0 && domainAt < selectorAt);
        int at = domainFirst ? domainAt : selectorAt;
        String rest = part.substring(at + (domainFirst ? DOMAIN : SELECTOR).length());
        if (!name.startsWith(part.substring(0, at))) {
            return Optional.empty();
        }
        // The longest domain first, and the shortest selector. Host names have at most 253 octets, so this ends soon.
        for (int tried = 0; tried < name.length() - at; tried++) {
            int end = domainFirst ? name.length() - tried : at + 1 + tried;
            Optional<Match> found = value(name.substring(at, end), domainFirst)
                    .flatMap(known::and)
                    .flatMap(both -> match(rest, name.substring(end), both));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Match> value(String text, boolean isDomain) {
        // A file whose name has capital letters is not the one that the pattern names for the domain.
        if (!text.equals(Ascii.lower(text))) {
            return Optional.empty();
        }
        Optional<DomainName> name = (isDomain ? ValueType.DOMAIN_NAME : ValueType.SELECTOR)
                .parse(text)
                .filter(parsed -> parsed.toString().equals(text));
        return name.map(value -> isDomain
                ? new Match(Optional.of(value), Optional.empty())
                : new Match(Optional.empty(), Optional.of(value)));
    }
}
