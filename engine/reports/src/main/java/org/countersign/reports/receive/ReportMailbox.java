package org.countersign.reports.receive;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.countersign.reports.receive.MailboxConnection.Item;
import org.countersign.reports.receive.MailboxLease.Position;
import org.countersign.reports.receive.ReportReceiver.Note;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.syntax.Escapes;

/**
 * Reads the new messages of a mailbox. How far it was read is written in the transaction with what a message contains. Only
 * then is the message flagged, moved or deleted, so a failure at any time loses nothing. A message that ends the process, or
 * cannot be read, is left aside after three attempts. For one thread.
 */
public final class ReportMailbox {
    private static final int STEP = 50;
    // A connection keeps something of each message that it has seen.
    private static final int MAX_PER_CONNECTION = 200;
    private static final int MAX_SHOWN = 200;
    private static final String TO_READ_IT =
            "save it to a file and try countersign reports receive FILE with a larger heap,"
                    + " such as COUNTERSIGN_JAVA_OPTS=-Xmx512m";

    private final ImapSettings settings;
    private final Path policyFile;
    private final ReportReceiver receiver;
    private final MailboxLease lease;
    private final MailboxAttempts attempts;
    private final InstantSource clock;

    /** Follows the work. */
    @FunctionalInterface
    public interface Progress {
        /** A message was read. */
        void read(long uid, List<Outcome> outcomes);

        /**
         * A message is not read again, and stays where it is.
         *
         * @param message its UID, when it came and its size
         * @param problem why, and what to do
         */
        default void leftAside(String message, String problem) {}
    }

    /**
     * @param settings with a host
     * @param policyFile the file that the names of other files are relative to
     * @param receiver takes the messages
     * @param owner of this process, equal to that of no other
     */
    public ReportMailbox(
            ImapSettings settings, Path policyFile, ReportReceiver receiver, String owner, InstantSource clock) {
        this.settings = settings;
        this.policyFile = policyFile;
        this.receiver = receiver;
        this.lease = new MailboxLease(MailboxConnection.label(settings), owner);
        this.attempts = new MailboxAttempts(MailboxConnection.label(settings));
        this.clock = clock;
    }

    /** The name of the mailbox for people. */
    public String label() {
        return MailboxConnection.label(settings);
    }

    /**
     * Reads all new messages.
     *
     * @param stop whether to end after the message that is being read
     * @return whether this host may read the mailbox; otherwise another one does
     * @throws MailboxFailure if the mailbox cannot be read; what was read before is in the store
     * @throws StoreFailure if the store cannot be used; the messages stay where they are
     */
    public boolean read(Progress progress, BooleanSupplier stop) throws MailboxFailure, StoreFailure {
        if (!inStore(store -> lease.take(store, now()))) {
            return false;
        }
        try {
            boolean more = true;
            while (more) {
                more = readMore(progress, stop);
            }
            return true;
        } finally {
            receiver.close();
        }
    }

    /** Reads messages by one connection, and tells whether there may be more. */
    private boolean readMore(Progress progress, BooleanSupplier stop) throws MailboxFailure, StoreFailure {
        try (MailboxConnection connection = MailboxConnection.open(settings, policyFile)) {
            long validity = connection.validity();
            Position position = inStore(lease::position);
            long last = position.validity() == validity ? position.uid() : 0;
            settleAgain(connection, new Position(validity, last));
            int count = 0;
            List<Item> items = connection.next(last, STEP);
            while (!items.isEmpty()) {
                for (Item item : items) {
                    if (stop.getAsBoolean()) {
                        return false;
                    }
                    take(connection, item, validity, progress);
                    last = item.uid();
                }
                count += items.size();
                if (count >= MAX_PER_CONNECTION) {
                    return true;
                }
                items = connection.next(last, STEP);
            }
            return false;
        }
    }

    /** Gives the right to read the mailbox to another host. */
    public void release() throws StoreFailure {
        inStore(store -> {
            lease.release(store);
            return true;
        });
    }

    /** The process may have ended after the last message was stored, and before it was flagged, moved or deleted. */
    private void settleAgain(MailboxConnection connection, Position last) throws MailboxFailure, StoreFailure {
        if (last.uid() > 0 && !inStore(store -> attempts.isLeftAside(store, last))) {
            Optional<Item> item = connection.find(last.uid());
            if (item.isPresent()) {
                connection.settle(item.get());
            }
        }
    }

    private void take(MailboxConnection connection, Item item, long validity, Progress progress)
            throws MailboxFailure, StoreFailure {
        Position position = new Position(validity, item.uid());
        int earlier = inStore(store -> begin(store, position));
        if (earlier >= MailboxAttempts.MAX) {
            leaveAside(
                    item,
                    position,
                    "it could not be read in " + earlier + " attempts, or ended the process: " + TO_READ_IT,
                    progress);
            return;
        }
        try {
            Optional<List<Outcome>> outcomes = read(connection, item, position);
            // Nothing is left to do if it was removed meanwhile.
            if (outcomes.isPresent()) {
                // First, because it is in the store, even if the connection has ended.
                progress.read(item.uid(), outcomes.get());
                connection.settle(item);
            }
        } catch (StoreFailure failure) {
            if (failure.isTemporary()) {
                undo(position, earlier);
            }
            throw failure;
        } catch (RuntimeException | StackOverflowError | LinkageError error) {
            // An error of this program must not keep other messages from being read.
            String reason = "internal error, please report it: " + Escapes.printable(error.toString(), MAX_SHOWN);
            leaveAside(item, position, reason, progress);
        }
    }

    private int begin(Store store, Position position) throws SQLException {
        int earlier = attempts.number(store, position);
        if (earlier < MailboxAttempts.MAX) {
            attempts.note(store, position, earlier + 1);
        }
        return earlier;
    }

    /** The message is not to blame if the store is away. */
    private void undo(Position position, int earlier) {
        try {
            inStore(store -> {
                attempts.note(store, position, earlier);
                return true;
            });
        } catch (StoreFailure away) {
            // The next attempt cannot be noted either, so that it is not made.
        }
    }

    private Optional<List<Outcome>> read(MailboxConnection connection, Item item, Position position)
            throws MailboxFailure, StoreFailure {
        Note note = store -> {
            lease.advance(store, position, now());
            attempts.end(store);
        };
        if (item.octets() > ReportReceiver.MAX_SIZE) {
            return Optional.of(
                    receiver.refuse(ReceiveLimits.tooLarge(ReportReceiver.MAX_SIZE, ""), item.octets(), note));
        }
        Optional<byte[]> message = connection.read(item, ReportReceiver.MAX_SIZE + 1);
        return message.isEmpty()
                ? Optional.empty()
                : Optional.of(receiver.message(message.get(), List.of(), ReportReceiver.Door.MAIL, note));
    }

    /** Goes on to the next message. This one is neither moved nor deleted. */
    private void leaveAside(Item item, Position position, String problem, Progress progress) throws StoreFailure {
        Note note = store -> {
            lease.advance(store, position, now());
            attempts.leaveAside(store, position);
        };
        List<Outcome> outcomes = receiver.refuse(problem, item.octets(), note);
        progress.leftAside(item.description(), problem);
        progress.read(item.uid(), outcomes);
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    /** A statement or more. */
    private interface Work<T> {
        T run(Store store) throws SQLException;
    }

    private <T> T inStore(Work<T> work) throws StoreFailure {
        Store store = receiver.store();
        try {
            T result = work.run(store);
            store.commit();
            return result;
        } catch (SQLException error) {
            store.rollback();
            receiver.close();
            throw store.failure(error);
        }
    }
}
