package org.countersign.milter.server;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.countersign.metrics.Meter;
import org.countersign.milter.session.MessageFilter;
import org.countersign.milter.session.MilterSessionFactory;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.smtp.MemoryBudget;

/**
 * A milter server. It listens from {@link #start} to {@link #close}, and has one virtual thread for each
 * connection.
 */
public final class MilterServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MilterServer.class.getName());
    private static final Duration MAX_SWEEP = Duration.ofMinutes(1);
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(200);
    private static final Duration ADMISSION_PAUSE = Duration.ofMillis(200);
    private static final Duration FULL_WARNING = Duration.ofMinutes(10);
    private static final Duration ACCEPT_WARNING = Duration.ofMinutes(1);
    private static final Duration LAST_WAIT = Duration.ofSeconds(10);

    private final ServerSettings settings;
    private final MemoryBudget memory;
    private final MilterSessionFactory sessions;
    private final List<Listener> listeners;
    private final List<Thread> ownThreads = new ArrayList<>();
    private final Map<MilterConnection, Thread> connections = new ConcurrentHashMap<>();
    private final ServerMetrics metrics;
    // Of the threads of connections, for their names.
    private final AtomicLong numbers = new AtomicLong();
    private final Semaphore slots;
    private final RecurringWarning full = new RecurringWarning(FULL_WARNING, System::nanoTime);
    private final RecurringWarning notAccepted = new RecurringWarning(ACCEPT_WARNING, System::nanoTime);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch stopping = new CountDownLatch(1);

    private MilterServer(
            ServerSettings settings, MessageFilter filter, MemoryBudget memory, Meter meter, List<Listener> listeners) {
        this.settings = settings;
        this.memory = memory;
        this.metrics = ServerMetrics.of(meter);
        CountingFilter counting = new CountingFilter(filter, metrics);
        meter.gauge(ServerMetrics.OPEN_MESSAGES, counting::open);
        meter.gauge(ServerMetrics.OPEN_CONNECTIONS, connections::size);
        this.sessions = new MilterSessionFactory(counting, settings.sessions());
        this.listeners = listeners;
        this.slots = new Semaphore(settings.mostConnections());
    }

    /**
     * Opens all sockets and begins to serve.
     *
     * @throws BindFailure when an address cannot be had; then none is kept
     */
    public static MilterServer start(ServerSettings settings, MessageFilter filter) throws BindFailure {
        return start(settings, filter, MemoryBudget.ofHeap(), Meter.NONE);
    }

    /**
     * Opens all sockets and begins to serve, with a given memory budget and metrics.
     *
     * @param memory for the buffers of connections; may be the budget of the messages too
     * @param meter receives the metrics listed in {@link ServerMetrics}
     * @throws BindFailure when an address cannot be had; then none is kept
     */
    public static MilterServer start(ServerSettings settings, MessageFilter filter, MemoryBudget memory, Meter meter)
            throws BindFailure {
        List<Listener> listeners = new ArrayList<>();
        try {
            for (ListenAddress address : settings.addresses()) {
                listeners.add(Listener.bind(address, settings.socketPermissions()));
            }
        } catch (BindFailure | RuntimeException e) {
            listeners.forEach(Listener::close);
            throw e;
        }
        MilterServer server = new MilterServer(settings, filter, memory, meter, List.copyOf(listeners));
        server.begin();
        return server;
    }

    private void begin() {
        for (Listener listener : listeners) {
            ownThreads.add(Thread.ofVirtual()
                    .name("milter-listener " + listener.address())
                    .start(() -> listen(listener)));
        }
        ownThreads.add(Thread.ofVirtual().name("milter-sweep").start(this::sweep));
    }

    /** Where the server listens, in the order of the settings, with the ports that the system chose. */
    public List<ListenAddress> addresses() {
        return listeners.stream().map(Listener::address).toList();
    }

    private void listen(Listener listener) {
        try {
            while (!closed.get()) {
                SocketChannel channel;
                try {
                    channel = listener.accept();
                } catch (ClosedChannelException over) {
                    return;
                } catch (IOException failure) {
                    cannotAccept(listener, failure);
                    stopping.await(ACCEPT_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                    continue;
                }
                admit(new MilterConnection(channel, memory));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void cannotAccept(Listener listener, IOException failure) {
        String reason = String.valueOf(failure.getMessage());
        if (notAccepted.isDue()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "cannot-accept",
                    Map.entry("address", listener.address()),
                    Map.entry(
                            "problem",
                            reason.contains("Too many open files")
                                    ? "the process is out of file descriptors (" + reason + "), new connections wait:"
                                            + " raise LimitNOFILE in the unit of the service, or ulimit -n"
                                    : reason + ", new connections wait"));
        }
    }

    /**
     * Starts a connection. While there are too many, the one that has been without a message longest is closed for it.
     * Where all of them have a message under way it waits for one to end, and so does all behind it.
     */
    private void admit(MilterConnection connection) throws InterruptedException {
        boolean admitted = slots.tryAcquire();
        while (!admitted) {
            if (full.isDue()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "connections-full",
                        Map.entry("max", settings.mostConnections()),
                        Map.entry(
                                "problem",
                                "all connections are in use: the one without a message for longest is closed for each"
                                        + " new one; look who holds them, or raise connections.max"));
            }
            makeRoom();
            // A connection that has just become busy is not closed; the next try finds another.
            admitted = slots.tryAcquire(ADMISSION_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (closed.get()) {
            connection.close();
            return;
        }
        Thread thread =
                Thread.ofVirtual().name("milter-" + numbers.incrementAndGet()).unstarted(() -> serve(connection));
        metrics.connections().increment();
        connections.put(connection, thread);
        thread.start();
    }

    private void makeRoom() {
        ConnectionTimeouts timeouts = settings.timeouts();
        MilterConnection first = null;
        ConnectionTimeouts.Snapshot firstAt = null;
        for (MilterConnection connection : connections.keySet()) {
            ConnectionTimeouts.Snapshot at = connection.snapshot();
            if (timeouts.mayGiveWay(at) && (firstAt == null || ConnectionTimeouts.firstToGo(at, firstAt) < 0)) {
                first = connection;
                firstAt = at;
            }
        }
        if (first == null || firstAt == null) {
            return;
        }
        if (firstAt.stage().isInMessage()) {
            first.close();
        } else {
            first.closeIfFree();
        }
    }

    private void serve(MilterConnection connection) {
        try {
            connection.serve(sessions);
        } finally {
            connections.remove(connection);
            slots.release();
        }
    }

    private void sweep() {
        ConnectionTimeouts timeouts = settings.timeouts();
        long period =
                Math.max(1, Math.min(MAX_SWEEP.toMillis(), timeouts.shortest().toMillis() / 4));
        try {
            while (!stopping.await(period, TimeUnit.MILLISECONDS)) {
                for (MilterConnection connection : connections.keySet()) {
                    if (timeouts.isOverdue(connection.snapshot())) {
                        LOG.log(System.Logger.Level.DEBUG, "closing a connection that was waited for too long");
                        connection.close();
                    }
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Stops listening, closes connections without a message, gives the others the time to finish theirs, and
     * closes what is left. When it returns no thread of the server runs any more, unless the filter ignores
     * interruption for ten seconds. An interrupt cuts the time short.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        stopping.countDown();
        listeners.forEach(Listener::close);
        // For listeners that wait for room. They are not interrupted: the JDK forgets, open, the connection
        // that it was just accepting.
        slots.release(listeners.size());
        boolean interrupted = false;
        try {
            // Once the listeners are gone no connection is added any more.
            await(ownThreads, LAST_WAIT);
            connections.keySet().forEach(MilterConnection::drain);
            await(connections.values(), settings.grace());
        } catch (InterruptedException hurry) {
            interrupted = true;
        }
        connections.forEach((connection, thread) -> {
            connection.close();
            thread.interrupt();
        });
        try {
            await(connections.values(), LAST_WAIT);
        } catch (InterruptedException hurry) {
            interrupted = true;
        }
        if (!connections.isEmpty()) {
            LOG.log(System.Logger.Level.WARNING, connections.size() + " connections could not be ended");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(Collection<Thread> threads, Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (Thread thread : List.copyOf(threads)) {
            thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
    }
}
