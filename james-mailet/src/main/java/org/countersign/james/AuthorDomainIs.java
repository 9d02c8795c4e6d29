package org.countersign.james;

import org.countersign.james.matcher.AuthorDomainMatcher;

/**
 * Matches mail by its Author Domain, with the patterns of the signing table:
 * {@code AuthorDomainIs=example.org,*.example.net}. The Author Domain is what the From field claims, whether or not
 * that is true. Mail that has not been checked, or does not have exactly one Author Domain, does not match.
 */
public final class AuthorDomainIs extends AuthorDomainMatcher {}
