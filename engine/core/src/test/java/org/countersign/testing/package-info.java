/**
 * Fixtures for the tests of all modules: a manual clock, an SMTP client for exact octets, and DNS servers. One DNS
 * server answers from a {@link org.countersign.dns.StaticZone} and can return errors. unbound and nsd are used if they
 * are installed.
 */
@NullMarked
package org.countersign.testing;

import org.jspecify.annotations.NullMarked;
