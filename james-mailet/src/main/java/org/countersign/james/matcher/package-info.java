/**
 * Matchers on the attributes that the hook and the mailet write:
 * {@link org.countersign.james.matcher.AttributeMatcher} compares keywords, and
 * {@link org.countersign.james.matcher.AuthorDomainMatcher} compares domains.
 */
@NullMarked
package org.countersign.james.matcher;

import org.jspecify.annotations.NullMarked;
