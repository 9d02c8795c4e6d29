package org.countersign.reports.collect;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.jspecify.annotations.Nullable;

/**
 * Moves segments from the spool to the store, the oldest first. What fails is tried again for ever, with growing pauses. For
 * one thread.
 */
final class SpoolFlusher implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);
    private static final Duration IDLE = Duration.ofSeconds(10);
    /** Rows that are older are counted as lost: nobody reports on their day any more. */
    static final Duration MAX_AGE = Duration.ofDays(10);

    private final SpoolAccess access;
    private final StoreLocation location;
    private final CollectSettings.Keep keep;
    private final InstantSource clock;
    private final Supplier<String> hostName;
    private final CollectLog log;
    private final Consumer<CollectStep> steps;
    private @Nullable OpenStore open;
    private Duration pause = Duration.ZERO;
    private boolean registered;
    private boolean failing;

    /** The store while it is open. */
    private record OpenStore(Store store, BatchWriter batches, CountRetention retention) {}

    SpoolFlusher(
            SpoolAccess access,
            StoreLocation location,
            CollectSettings.Keep keep,
            InstantSource clock,
            Supplier<String> hostName,
            CollectLog log,
            Consumer<CollectStep> steps) {
        this.access = access;
        this.location = location;
        this.keep = keep;
        this.clock = clock;
        this.hostName = hostName;
        this.log = log;
        this.steps = steps;
    }

    /**
     * Moves one segment, or removes some old counts.
     *
     * @return how long to wait before the next call; not at all if there is more to do
     */
    Duration run() {
        Optional<SpoolAccess.Open> spool = access.ifOpen();
        if (spool.isEmpty()) {
            return IDLE;
        }
        boolean wasOpen = open != null;
        try {
            Duration next = flush(spool.get());
            pause = Duration.ZERO;
            failing = false;
            return next;
        } catch (StoreFailure failure) {
            return failed(failure.problem(), wasOpen);
        } catch (IOException error) {
            return failed(access.directory() + " cannot be read: " + error + ": check its disk and its owner", false);
        } catch (RuntimeException | LinkageError unexpected) {
            // An error of this program must not end the counts for ever, and not without a line in the log.
            return failed("counting failed, please report it: " + unexpected, false);
        }
    }

    /** Whether the last attempt failed, so that more segments are no reason to try sooner. */
    boolean isFailing() {
        return failing;
    }

    private Duration failed(String problem, boolean wasOpen) {
        close();
        if (wasOpen && pause.isZero()) {
            // The server may only have ended an idle connection.
            pause = FIRST_PAUSE;
            return Duration.ZERO;
        }
        failing = true;
        pause = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
        if (pause.compareTo(MAX_PAUSE) > 0) {
            pause = MAX_PAUSE;
        }
        log.storeFailed(
                problem, access.ifOpen().map(spool -> spool.spool().segments()).orElse(0L), clock.instant());
        return pause;
    }

    private Duration flush(SpoolAccess.Open spool) throws IOException, StoreFailure {
        if (!registered) {
            register(spool);
        }
        Spool.Oldest oldest = spool.spool().oldest();
        log.damaged(oldest.damaged());
        if (oldest.entry().isPresent()) {
            move(oldest.entry().get(), spool);
            return Duration.ZERO;
        }
        return removeOld() ? Duration.ZERO : IDLE;
    }

    private void register(SpoolAccess.Open spool) throws StoreFailure {
        OpenStore store = openStore();
        try {
            store.batches().register(spool.host(), hostName.get(), clock.instant());
            registered = true;
        } catch (SQLException error) {
            throw failure(store, error);
        }
    }

    private void move(Spool.Entry entry, SpoolAccess.Open spool) throws IOException, StoreFailure {
        OpenStore store = openStore();
        Instant now = clock.instant();
        Duration age = keep.rows().compareTo(MAX_AGE) < 0 ? keep.rows() : MAX_AGE;
        Segment segment =
                entry.segment().withoutRowsBefore(Days.of(now.minus(age).getEpochSecond()));
        try {
            BatchWriter.Result result = store.batches().write(segment, spool.host(), now);
            if (result instanceof BatchWriter.Result.NotOurs) {
                if (store.batches().isRegistered(spool.host())) {
                    log.newIdentity(spool.host(), spool.renew());
                }
                // Else the store is another one, or its row was removed.
                registered = false;
                return;
            }
            spool.spool().remove(entry);
            log.stored();
            switch (result) {
                case BatchWriter.Result.AddedToPart(long stored) -> log.addedToPart(segment, stored);
                // With rows that were too old this time, it is no other segment than before.
                case BatchWriter.Result.Duplicate(long stored)
                when stored > entry.segment().messages() -> log.partOfStored(segment, stored);
                default -> {
                    // As usual.
                }
            }
        } catch (SQLException error) {
            throw failure(store, error);
        }
    }

    private boolean removeOld() throws StoreFailure {
        OpenStore store = openStore();
        try {
            return store.retention().run(clock.instant());
        } catch (SQLException error) {
            throw failure(store, error);
        }
    }

    private static StoreFailure failure(OpenStore store, SQLException error) {
        store.store().rollback();
        return store.store().failure(error);
    }

    private OpenStore openStore() throws StoreFailure {
        OpenStore earlier = open;
        if (earlier != null) {
            return earlier;
        }
        Store store = Store.openForWriting(location);
        makeDurable(store);
        OpenStore opened = new OpenStore(store, new BatchWriter(store, steps), new CountRetention(store, keep));
        open = opened;
        return opened;
    }

    /** A segment is removed after its commit, so the commit has to be on the disk. */
    private static void makeDurable(Store store) throws StoreFailure {
        if (!store.isFile()) {
            return;
        }
        try (Statement statement = store.connection().createStatement()) {
            // Has no effect within a transaction.
            store.connection().setAutoCommit(true);
            statement.execute("PRAGMA synchronous = FULL");
            store.connection().setAutoCommit(false);
        } catch (SQLException error) {
            store.close();
            throw store.failure(error);
        }
    }

    /** Closes the store. What was not committed is undone. */
    @Override
    public void close() {
        Optional.ofNullable(open).map(OpenStore::store).ifPresent(Store::close);
        open = null;
    }
}
