package org.countersign.smtp;

/** A change to the header section of a message, for the mail server to make. */
public sealed interface HeaderEdit {
    /**
     * Removes a field.
     *
     * @param name of the field, in any case; each character is one octet
     * @param instance which of the fields of this name, counted from 1 at the top, in the message as it was received
     */
    record Remove(String name, int instance) implements HeaderEdit {
        /**
         * @throws IllegalArgumentException for an instance below 1
         */
        public Remove {
            if (instance < 1) {
                throw new IllegalArgumentException("no such header field: instance " + instance);
            }
        }
    }

    /** Adds a field above all others. Of several, the first one in the list becomes the topmost field. */
    record Prepend(HeaderField field) implements HeaderEdit {}
}
