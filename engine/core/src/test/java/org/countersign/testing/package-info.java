/**
 * What the tests of every module share: a clock that is set by hand, a DNS server on the loopback interface
 * that answers from a {@link org.countersign.dns.StaticZone} and misbehaves when told to, an unbound and an
 * nsd where they are installed, and an SMTP client that sends exactly the octets it is given.
 */
@NullMarked
package org.countersign.testing;

import org.jspecify.annotations.NullMarked;
