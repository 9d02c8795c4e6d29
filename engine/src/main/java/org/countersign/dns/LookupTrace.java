package org.countersign.dns;

/**
 * A question that a message asked and what came back, kept as evidence.
 *
 * @param answer as {@link DnsAnswer#describe()} words it
 */
public record LookupTrace(DnsQuestion<?> question, String answer) {}
