package org.countersign.authres;

/**
 * What an ARC-Authentication-Results field says (RFC 8617 §4.1.1).
 *
 * @param instance which ARC Set it belongs to, 0 to 99
 * @param results what stands behind the instance; whether it can be read does not matter to the chain (RFC 8617 §3.4)
 */
public record ArcAuthenticationResults(int instance, ParsedResults results) {}
