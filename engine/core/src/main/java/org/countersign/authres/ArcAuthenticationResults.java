package org.countersign.authres;

/**
 * A parsed ARC-Authentication-Results field (RFC 8617 §4.1.1).
 *
 * @param instance the number of its ARC Set, 0 to 99
 * @param results the part after the instance; a chain may be valid even if it cannot be parsed (RFC 8617 §3.4)
 */
public record ArcAuthenticationResults(int instance, ParsedResults results) {}
