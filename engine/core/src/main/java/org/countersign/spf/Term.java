package org.countersign.spf;

import org.countersign.syntax.Escapes;

/** A directive or modifier of an SPF record (RFC 7208 §4.6.1). */
public sealed interface Term permits Directive, Modifier {
    /** The maximum length of a term in an explanation. */
    int MAX_SHOWN = 128;

    /** The term as written in a record, with the mechanism in lower case and without a redundant {@code +}. */
    String render();

    /** The term for an explanation: made printable and shortened. */
    default String show() {
        return Escapes.printable(render(), MAX_SHOWN);
    }
}
