package org.countersign.authres;

import java.util.Optional;

/** What reading an Authentication-Results field came to. */
public sealed interface ParsedResults {
    /** The field could be read. Who wrote it is another matter: the id alone proves nothing (RFC 8601 §7.1). */
    record Understood(AuthenticationResults results) implements ParsedResults {}

    /**
     * A version other than 1, of which nothing further may be read (RFC 8601 §2.6).
     *
     * @param version its digits
     */
    record OtherVersion(String authservId, String version) implements ParsedResults {}

    /**
     * No Authentication-Results field. Nothing of it is given out: what can be read may stand for something
     * else.
     *
     * @param authservId where that much could be read
     * @param offset index of the octet in the value at which reading stopped
     * @param detail one line for people
     */
    record Malformed(Optional<String> authservId, int offset, String detail) implements ParsedResults {}
}
