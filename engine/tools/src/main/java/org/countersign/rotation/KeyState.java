package org.countersign.rotation;

/** Where a key is between its generation and the removal of its record. */
public enum KeyState {
    /** The key file exists, and some authoritative server does not have the record yet. The key signs nothing. */
    GENERATED,
    /** Every authoritative server has the record, but a cache may still say otherwise. The key signs nothing. */
    PUBLISHED,
    /** No cache can say otherwise any more. The key may sign. */
    READY,
    /** The key signs. */
    ACTIVE,
    /** The key signs no more, and mail that it signed is in transit. The record must stay. */
    RETIRED,
    /** Nothing needs the record any more. */
    REMOVABLE,
    /** The key must not be trusted any more. Its record must be replaced by one with an empty {@code p=}. */
    REVOKED,
    /** No server has the record. */
    GONE;

    /** Whether the private key is no longer needed. */
    boolean isPast() {
        return compareTo(ACTIVE) > 0;
    }
}
