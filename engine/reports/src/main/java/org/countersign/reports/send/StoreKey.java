package org.countersign.reports.send;

import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import org.countersign.store.Store;

/** A secret key that all hosts of a store share. For one thread. */
final class StoreKey {
    private static final int OCTETS = 32;

    private final Store store;
    private final String name;
    private Optional<byte[]> known = Optional.empty();

    private StoreKey(Store store, String name) {
        this.store = store;
        this.name = name;
    }

    /** The key of the tokens in envelope senders. */
    static StoreKey ofBounces(Store store) {
        return new StoreKey(store, "bounce-key");
    }

    /** The key that hides local parts in failure reports. */
    static StoreKey ofRedaction(Store store) {
        return new StoreKey(store, "redaction-key");
    }

    /** The key, which is made on first use. Commits. */
    byte[] get() throws SQLException {
        if (known.isPresent()) {
            return known.get();
        }
        store.commit();
        insert();
        byte[] key = read();
        store.commit();
        known = Optional.of(key);
        return key;
    }

    private void insert() throws SQLException {
        byte[] key = new byte[OCTETS];
        new SecureRandom().nextBytes(key);
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_setting (name, content) VALUES (?, ?)"
                        + " ON CONFLICT (name) DO NOTHING")) {
            insert.setString(1, name);
            insert.setString(2, HexFormat.of().formatHex(key));
            insert.executeUpdate();
        }
        store.commit();
    }

    private byte[] read() throws SQLException {
        try (PreparedStatement query =
                store.connection().prepareStatement("SELECT content FROM report_setting WHERE name = ?")) {
            query.setString(1, name);
            try (ResultSet rows = query.executeQuery()) {
                rows.next();
                return HexFormat.of().parseHex(rows.getString(1));
            }
        }
    }
}
