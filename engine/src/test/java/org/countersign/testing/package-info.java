/**
 * What the tests of every module share: a clock that is set by hand and a DNS server on the loopback
 * interface that answers from a {@link org.countersign.dns.StaticZone} and misbehaves when told to.
 */
@NullMarked
package org.countersign.testing;

import org.jspecify.annotations.NullMarked;
