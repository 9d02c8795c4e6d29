package org.countersign.dns;

/** The kinds of record that mail authentication asks for. */
public enum RecordType {
    A,
    AAAA,
    MX,
    PTR,
    TXT
}
