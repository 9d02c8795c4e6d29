/**
 * Names and addresses as values: {@link org.countersign.domain.DomainName} (always lower case, always
 * A-labels), {@link org.countersign.domain.IpNetwork}, {@link org.countersign.domain.ReversePath}. Each
 * is made only by parsing, so that whoever holds one need not check it again.
 */
@NullMarked
package org.countersign.domain;

import org.jspecify.annotations.NullMarked;
