package org.countersign.reports.receive;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a report was found: in a message, in a message inside a message, or in a file. Who sent it is found out once. */
final class Origin {
    /** How to find out who sent a message. */
    interface Source {
        Authentication authenticate();
    }

    private final Source source;
    private final String sender;
    private @Nullable Authentication known;

    /**
     * @param sender the author of the message, which anybody can write; empty text if there is none
     */
    Origin(Source source, String sender) {
        this.source = source;
        this.sender = sender;
    }

    /** A file without a message. */
    static Origin file() {
        return new Origin(Authentication::given, "");
    }

    /** The author that the message claims, printable. */
    String sender() {
        return sender;
    }

    /** Who sent it. The first call may wait for the DNS. */
    Authentication authentication() {
        Authentication result = Optional.ofNullable(known).orElseGet(source::authenticate);
        known = result;
        return result;
    }
}
