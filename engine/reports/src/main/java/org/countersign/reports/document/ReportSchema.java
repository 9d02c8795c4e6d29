package org.countersign.reports.document;

/** The schema that a report names by its namespace. Its content may be of another one. */
public enum ReportSchema {
    /** The namespace {@code urn:ietf:params:xml:ns:dmarc-2.0}. */
    RFC9990,
    /** No namespace, or that of the schema of RFC 7489. */
    RFC7489,
    /** Another namespace. */
    OTHER
}
