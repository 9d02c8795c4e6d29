package org.countersign;

import org.countersign.smtp.HeaderField;

/** A change to the header section of the message, to be carried out by the mail server. */
public sealed interface HeaderEdit {
    /**
     * Take a field away.
     *
     * @param name of the field, as received
     * @param instance which of the fields of this name, counted from 1 at the top, as the message was received
     */
    record Remove(String name, int instance) implements HeaderEdit {}

    /** Put a field above all others; of several, the first one listed ends topmost. */
    record Prepend(HeaderField field) implements HeaderEdit {}
}
