package org.countersign.trace;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.countersign.explain.Explanation;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.syntax.Escapes;

/** Finds messages in the trace, while a service writes to it or none does. Changes nothing. For one thread. */
public final class TraceReader implements AutoCloseable {
    private static final int MAX_SHOWN = 255;

    private final Store store;
    private final boolean hasWouldBe;

    private TraceReader(Store store, boolean hasWouldBe) {
        this.store = store;
        this.hasWouldBe = hasWouldBe;
    }

    /**
     * Opens the trace in a store.
     *
     * @throws StoreFailure if the store does not exist, cannot be read, or is of a newer version
     */
    public static TraceReader open(StoreLocation location) throws StoreFailure {
        Store store = Store.openForReading(location);
        try {
            return new TraceReader(store, hasWouldBe(store.connection()));
        } catch (SQLException error) {
            StoreFailure failure = store.failure(error);
            store.close();
            throw failure;
        }
    }

    /** A store that was not brought to this version yet can be read too. */
    private static boolean hasWouldBe(Connection connection) throws SQLException {
        try (ResultSet columns =
                connection.getMetaData().getColumns(null, connection.getSchema(), "trace_message", "would_be")) {
            return columns.next();
        }
    }

    /**
     * The messages with a queue id or a Message-ID, the latest first. Several messages can have the same.
     *
     * @param id a queue id, or a Message-ID with or without angle brackets
     * @param max the maximum number of messages
     */
    public List<TraceEntry> find(String id, int max) throws StoreFailure {
        List<TraceEntry> byQueueId = select("queue_id = ? ORDER BY id DESC LIMIT ?", List.of(TraceRow.column(id), max));
        long key = MessageKey.of(new String(id.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        return !byQueueId.isEmpty() || key == MessageKey.NONE
                ? byQueueId
                : select("message_key = ? ORDER BY id DESC LIMIT ?", List.of(key, max));
    }

    /**
     * The latest messages for which a query holds, the latest first.
     *
     * @param max the maximum number of messages
     */
    public List<TraceEntry> latest(TraceQuery query, int max) throws StoreFailure {
        if (query.wouldBe().isPresent() && !hasWouldBe) {
            return List.of();
        }
        TraceQuery.Condition condition = query.condition();
        List<Object> values = new ArrayList<>(condition.values());
        values.add(max);
        return select(condition.sql() + " ORDER BY id DESC LIMIT ?", values);
    }

    /** The time of the oldest message; empty if there is none. */
    public Optional<Instant> oldest() throws StoreFailure {
        return select("id >= ? ORDER BY id LIMIT ?", List.of(0L, 1)).stream()
                .map(TraceEntry::time)
                .findFirst();
    }

    /**
     * The explanation of a message, in the form that {@code countersign check} shows, with a group {@code message}.
     *
     * @return empty if the message was removed meanwhile
     * @throws IOException if it cannot be read
     */
    public Optional<Explanation.Group> explanation(TraceEntry entry) throws StoreFailure, IOException {
        byte[] content;
        try (PreparedStatement select = store.connection()
                .prepareStatement("SELECT CASE WHEN length(content) <= ? THEN content END"
                        + " FROM trace_explanation WHERE id = ?")) {
            select.setInt(1, ExplanationCodec.MAX_STORED);
            select.setLong(2, entry.id());
            try (ResultSet rows = select.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                content = rows.getBytes(1);
            }
        } catch (SQLException error) {
            throw store.failure(error);
        }
        if (content == null) {
            throw new IOException("it is damaged: it is missing or too large");
        }
        return Optional.of(ExplanationCodec.decode(content));
    }

    private List<TraceEntry> select(String condition, List<Object> values) throws StoreFailure {
        try (PreparedStatement select = store.connection()
                .prepareStatement("SELECT id, queue_id, author, mail_from, client, verdict, "
                        + (hasWouldBe ? "would_be" : "'' AS would_be") + ", rule, flow FROM trace_message WHERE "
                        + condition)) {
            for (int i = 0; i < values.size(); i++) {
                select.setObject(i + 1, values.get(i));
            }
            try (ResultSet rows = select.executeQuery()) {
                List<TraceEntry> entries = new ArrayList<>();
                while (rows.next()) {
                    entries.add(entry(rows));
                }
                return entries;
            }
        } catch (SQLException error) {
            throw store.failure(error);
        }
    }

    private static TraceEntry entry(ResultSet rows) throws SQLException {
        long id = rows.getLong("id");
        return new TraceEntry(
                id,
                TraceIds.time(id),
                text(rows, "queue_id"),
                text(rows, "author"),
                text(rows, "mail_from"),
                client(Objects.requireNonNullElse(rows.getBytes("client"), new byte[0])),
                text(rows, "verdict"),
                text(rows, "would_be"),
                text(rows, "rule"),
                text(rows, "flow"));
    }

    /** A stored text is already escaped; another program may have written it. */
    private static String text(ResultSet rows, String column) throws SQLException {
        String text = String.valueOf(rows.getString(column));
        return text.chars().allMatch(c -> c >= ' ' && c <= '~') ? text : Escapes.printable(text, MAX_SHOWN);
    }

    private static Optional<InetAddress> client(byte[] octets) {
        try {
            return octets.length == 0 ? Optional.empty() : Optional.of(InetAddress.getByAddress(octets));
        } catch (UnknownHostException otherLength) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
