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
 * then is the message flagged, moved or deleted, so a failure at any time loses nothing. For one thread.
 */
public final class ReportMailbox {
    private static final int STEP = 50;
    private static final int MAX_SHOWN = 200;

    private final ImapSettings settings;
    private final Path policyFile;
    private final ReportReceiver receiver;
    private final MailboxLease lease;
    private final InstantSource clock;

    /** Follows the work. */
    @FunctionalInterface
    public interface Progress {
        /** A message was read. */
        void read(long uid, List<Outcome> outcomes);
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
        try (MailboxConnection connection = MailboxConnection.open(settings, policyFile)) {
            long validity = connection.validity();
            Position position = inStore(lease::position);
            long last = position.validity() == validity ? position.uid() : 0;
            settleAgain(connection, last);
            List<Item> items = connection.next(last, STEP);
            while (!items.isEmpty()) {
                for (Item item : items) {
                    if (stop.getAsBoolean()) {
                        return true;
                    }
                    take(connection, item, validity).ifPresent(outcomes -> progress.read(item.uid(), outcomes));
                    last = item.uid();
                }
                items = connection.next(last, STEP);
            }
            return true;
        } finally {
            receiver.close();
        }
    }

    /** Gives the right to read the mailbox to another host. */
    public void release() throws StoreFailure {
        inStore(store -> {
            lease.release(store);
            return true;
        });
    }

    /**
     * The process may have ended after the last message was stored, and before it was moved. It is not deleted here, because
     * an error of this program may have kept it from being stored.
     */
    private void settleAgain(MailboxConnection connection, long last) throws MailboxFailure {
        if (last > 0 && !connection.deletes()) {
            Optional<Item> item = connection.find(last);
            if (item.isPresent()) {
                connection.settle(item.get());
            }
        }
    }

    private Optional<List<Outcome>> take(MailboxConnection connection, Item item, long validity)
            throws MailboxFailure, StoreFailure {
        Note note = store -> lease.advance(store, new Position(validity, item.uid()), now());
        List<Outcome> outcomes;
        if (item.octets() > ReportReceiver.MAX_SIZE) {
            outcomes = receiver.refuse("more octets than a message may have", item.octets(), note);
        } else {
            Optional<byte[]> message = connection.read(item, ReportReceiver.MAX_SIZE + 1);
            if (message.isEmpty()) {
                return Optional.empty();
            }
            try {
                outcomes = receiver.message(message.get(), List.of(), ReportReceiver.Door.MAIL, note);
            } catch (RuntimeException error) {
                // An error of this program must not keep other messages from being read. This one stays in the mailbox.
                String reason = "internal error, please report it: " + Escapes.printable(error.toString(), MAX_SHOWN);
                return Optional.of(receiver.refuse(reason, message.get().length, note));
            }
        }
        connection.settle(item);
        return Optional.of(outcomes);
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
