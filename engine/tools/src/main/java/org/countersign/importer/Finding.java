package org.countersign.importer;

/**
 * What became of a line of the old configuration.
 *
 * @param kind its class
 * @param origin where the line is
 * @param said what the line says; without secrets
 * @param explanation a sentence or two for the postmaster
 */
public record Finding(FindingClass kind, Origin origin, String said, String explanation) {}
