/**
 * Names and addresses as values: {@link org.countersign.domain.DomainName}, always in lower case and in A-labels,
 * {@link org.countersign.domain.IpNetwork}, and {@link org.countersign.domain.ReversePath}. Parsing is the only way to
 * create them, so that a value is always valid.
 */
@NullMarked
package org.countersign.domain;

import org.jspecify.annotations.NullMarked;
