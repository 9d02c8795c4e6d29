package org.countersign.authres;

import java.util.List;
import java.util.Optional;

/** What reading an Authentication-Results field came to. */
public sealed interface ParsedResults {
    /**
     * The field could be read. Who wrote it is another matter: the id alone proves nothing (RFC 8601 §7.1).
     *
     * @param unread entries that could not be read, 8 at most
     * @param cut whether there are more entries, read or not, than are given here
     */
    record Understood(AuthenticationResults results, List<UnreadEntry> unread, boolean cut) implements ParsedResults {
        public Understood {
            unread = List.copyOf(unread);
        }

        /** A field of which all is read. */
        public Understood(AuthenticationResults results) {
            this(results, List.of(), false);
        }
    }

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
