package org.countersign.authres;

import java.util.List;
import java.util.Optional;

/** The result of parsing an Authentication-Results field. */
public sealed interface ParsedResults {
    /**
     * A field of version 1. The authserv-id does not prove who wrote it (RFC 8601 §7.1).
     *
     * @param unread entries that could not be parsed, at most 8
     * @param truncated whether there are more entries, parsed or not, than this record contains
     */
    record Parsed(AuthenticationResults results, List<UnreadEntry> unread, boolean truncated) implements ParsedResults {
        public Parsed {
            unread = List.copyOf(unread);
        }

        /** A field of which all entries were parsed. */
        public Parsed(AuthenticationResults results) {
            this(results, List.of(), false);
        }
    }

    /**
     * A field of another version, whose results must not be interpreted (RFC 8601 §2.6).
     *
     * @param version its digits
     */
    record OtherVersion(String authservId, String version) implements ParsedResults {}

    /**
     * Not an Authentication-Results field. Its results are not available, because they may be part of a quoted string or
     * a comment.
     *
     * @param authservId the id, if it could be parsed
     * @param offset index of the octet in the value at which parsing failed
     * @param detail one line for people
     */
    record Malformed(Optional<String> authservId, int offset, String detail) implements ParsedResults {}
}
