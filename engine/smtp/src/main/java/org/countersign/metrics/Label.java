package org.countersign.metrics;

/**
 * Distinguishes metrics of one name.
 *
 * @param name which property of the counted things differs: {@code verdict}
 * @param value one of a bounded set that mail cannot extend: {@code reject}
 */
public record Label(String name, String value) {}
