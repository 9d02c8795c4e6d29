package org.countersign.spf;

/** One of the words of an SPF record (RFC 7208 §4.6.1). */
public sealed interface Term permits Directive, Modifier {
    /** The term as it stands in a record, mechanism names in lower case and without a needless {@code +}. */
    String render();
}
