package org.countersign.ops;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.countersign.ops.systemd.Liveness;
import org.jspecify.annotations.Nullable;

/** Whether the service works, and whether it takes new mail. Thread-safe. */
final class Health {
    // Checks are bounded, however many clients ask: one at a time, and each result is used for a while.
    private static final long INTERVAL = Duration.ofSeconds(1).toNanos();
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final ReentrantLock lock = new ReentrantLock();
    private volatile Stage stage = Stage.STARTING;

    // Guarded by the lock.
    private @Nullable Liveness liveness;
    private Optional<String> problem = Optional.empty();
    private long checkedAt;

    /** The stages of a service, in their order. */
    enum Stage {
        /** The policy is loaded, and the sockets are being opened. */
        STARTING,
        /** All sockets are open, and connections are served. */
        READY,
        /** No new connection is served; messages in progress are finished. */
        STOPPING
    }

    Stage stage() {
        return stage;
    }

    /**
     * The service takes new mail.
     *
     * @param checks whether it works; closed when the service stops. Empty if nobody asks for that
     */
    void ready(Optional<Liveness> checks) {
        lock.lock();
        try {
            liveness = checks.orElse(null);
            checkedAt = System.nanoTime() - INTERVAL;
        } finally {
            lock.unlock();
        }
        stage = Stage.READY;
    }

    /** The service takes no new mail. */
    void stopping() {
        stage = Stage.STOPPING;
        lock.lock();
        try {
            if (liveness != null) {
                liveness.close();
            }
            liveness = null;
            problem = Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * What does not work, found at most a second ago. Empty if everything works, and while the service starts or stops.
     */
    Optional<String> problem() {
        lock.lock();
        try {
            if (liveness != null && System.nanoTime() - checkedAt >= INTERVAL) {
                problem = liveness.problem(TIMEOUT);
                checkedAt = System.nanoTime();
            }
            return problem;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return problem;
        } finally {
            lock.unlock();
        }
    }
}
