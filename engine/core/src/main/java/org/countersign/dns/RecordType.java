package org.countersign.dns;

/** The record types that email authentication uses. */
public enum RecordType {
    A,
    AAAA,
    MX,
    PTR,
    TXT
}
