package org.countersign.spf;

/** A directive or modifier of an SPF record (RFC 7208 §4.6.1). */
public sealed interface Term permits Directive, Modifier {
    /** The term as written in a record, with the mechanism in lower case and without a redundant {@code +}. */
    String render();
}
