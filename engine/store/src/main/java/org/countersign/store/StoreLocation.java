package org.countersign.store;

import java.nio.file.Path;
import java.util.Optional;

/** Where a store is. The text of a location is for messages, and contains no password. */
public sealed interface StoreLocation {
    /** An SQLite file of this host. */
    record File(Path path) implements StoreLocation {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A PostgreSQL database, which several hosts may share.
     *
     * @param url begins with {@code jdbc:postgresql:}
     * @param user the user; empty for the user of this process
     * @param passwordFile the file with the password, which is read for each connection
     */
    record Database(String url, Optional<String> user, Optional<Path> passwordFile) implements StoreLocation {
        @Override
        public String toString() {
            int parameters = url.indexOf('?');
            return parameters < 0 ? url : url.substring(0, parameters);
        }
    }
}
