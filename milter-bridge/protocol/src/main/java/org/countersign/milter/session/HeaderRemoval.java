package org.countersign.milter.session;

/**
 * A header field to take away.
 *
 * @param name of any case; each character is one octet
 * @param instance 1 for the topmost field of that name, counted in the message as received
 */
public record HeaderRemoval(String name, int instance) {
    /**
     * @throws IllegalArgumentException for a name that no field has, or an instance below 1
     */
    public HeaderRemoval {
        if (name.isEmpty() || name.indexOf('\0') >= 0 || instance < 1) {
            throw new IllegalArgumentException("no such header field: instance " + instance);
        }
    }
}
