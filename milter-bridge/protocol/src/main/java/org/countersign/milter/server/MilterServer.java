package org.countersign.milter.server;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.countersign.metrics.Meter;
import org.countersign.milter.session.MessageFilter;
import org.countersign.milter.session.MilterSessionFactory;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.smtp.MemoryBudget;

/**
 * A milter server. It listens from {@link #start} to {@link #close}, and serves each connection by one virtual thread.
 */
public final class MilterServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MilterServer.class.getName());
    private static final Duration MAX_SWEEP_INTERVAL = Duration.ofMinutes(1);
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(200);
    private static final Duration ADMISSION_PAUSE = Duration.ofMillis(20);
    private static final Duration ENDING_TIME = Duration.ofMillis(200);
    private static final Duration ADMISSION_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FULL_WARNING_INTERVAL = Duration.ofMinutes(10);
    private static final Duration ACCEPT_WARNING_INTERVAL = Duration.ofMinutes(1);
    private static final Duration END_TIMEOUT = Duration.ofSeconds(10);

    private final ServerSettings settings;
    private final MemoryBudget memory;
    private final MilterSessionFactory sessions;
    private final List<Listener> listeners;
    private final List<Thread> ownThreads = new ArrayList<>();
    private final Map<MilterConnection, Thread> connections = new ConcurrentHashMap<>();
    private final ServerMetrics metrics;
    // Numbers the threads of connections, for their names.
    private final AtomicLong numbers = new AtomicLong();
    private final ProcessorShare processors = ProcessorShare.ofMachine();
    private final Semaphore slots;
    // The time (nanoTime) since which no connection was admitted for lack of a slot; zero if there are slots.
    private final AtomicLong fullSince = new AtomicLong();
    private final ClientConnections clients;
    private final LongSupplier nanoTime;
    private final RecurringWarning clientWarning;
    private final RecurringWarning saturationWarning;
    private final RecurringWarning acceptWarning;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch stopping = new CountDownLatch(1);

    private MilterServer(
            ServerSettings settings,
            MessageFilter filter,
            MemoryBudget memory,
            Meter meter,
            List<Listener> listeners,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.memory = memory;
        this.nanoTime = nanoTime;
        this.clientWarning = new RecurringWarning(ACCEPT_WARNING_INTERVAL, nanoTime);
        this.saturationWarning = new RecurringWarning(FULL_WARNING_INTERVAL, nanoTime);
        this.acceptWarning = new RecurringWarning(ACCEPT_WARNING_INTERVAL, nanoTime);
        this.metrics = ServerMetrics.of(meter);
        CountingFilter counting = new CountingFilter(filter, metrics);
        meter.gauge(ServerMetrics.OPEN_MESSAGES, counting::open);
        meter.gauge(ServerMetrics.OPEN_CONNECTIONS, connections::size);
        meter.gauge(ServerMetrics.MAX_CONNECTIONS, settings::maxConnections);
        this.sessions = new MilterSessionFactory(counting, settings.sessions());
        this.listeners = listeners;
        this.slots = new Semaphore(settings.maxConnections());
        this.clients = new ClientConnections(
                settings.maxConnectionsPerClient() < settings.maxConnections()
                        ? settings.maxConnectionsPerClient()
                        : Integer.MAX_VALUE);
    }

    /**
     * Opens all sockets and starts to serve.
     *
     * @throws BindFailure if the server cannot listen on an address; then no socket stays open
     */
    public static MilterServer start(ServerSettings settings, MessageFilter filter) throws BindFailure {
        return start(settings, filter, MemoryBudget.ofHeap(), Meter.NONE);
    }

    /**
     * Opens all sockets and starts to serve, with a given memory budget and metrics.
     *
     * @param memory the budget for the buffers of connections; may be shared with the messages
     * @param meter receives the metrics listed in {@link ServerMetrics}
     * @throws BindFailure if the server cannot listen on an address; then no socket stays open
     */
    public static MilterServer start(ServerSettings settings, MessageFilter filter, MemoryBudget memory, Meter meter)
            throws BindFailure {
        return start(settings, filter, memory, meter, List.of());
    }

    /**
     * Starts to serve on sockets that are open already, and opens one for each address that none of them is bound to.
     *
     * @param memory the budget for the buffers of connections; may be shared with the messages
     * @param meter receives the metrics listed in {@link ServerMetrics}
     * @param passed listening sockets, for example of a service manager. The server closes them at its end, and never
     *     removes their files
     * @throws BindFailure if the server cannot listen on an address; then no socket stays open
     */
    public static MilterServer start(
            ServerSettings settings,
            MessageFilter filter,
            MemoryBudget memory,
            Meter meter,
            List<ServerSocketChannel> passed)
            throws BindFailure {
        return start(settings, filter, memory, meter, passed, System::nanoTime);
    }

    /**
     * Starts to serve with a given clock for the timeouts of connections and for the grace time at the end.
     *
     * @param nanoTime a clock in nanoseconds, such as {@link System#nanoTime}
     */
    static MilterServer start(
            ServerSettings settings,
            MessageFilter filter,
            MemoryBudget memory,
            Meter meter,
            List<ServerSocketChannel> passed,
            LongSupplier nanoTime)
            throws BindFailure {
        MilterServer server =
                new MilterServer(settings, filter, memory, meter, Listeners.open(settings, passed), nanoTime);
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

    /** The addresses that the server listens on, in the order of the settings, with the actual ports. */
    public List<ListenAddress> addresses() {
        return listeners.stream().map(Listener::address).toList();
    }

    /** Those of {@link #addresses()} whose sockets were open before the server started. */
    public List<ListenAddress> passedAddresses() {
        return listeners.stream()
                .filter(Listener::isPassed)
                .map(Listener::address)
                .toList();
    }

    /** Whether all addresses are served. A server that is too busy for another connection serves them. */
    public boolean isAccepting() {
        return !closed.get() && ownThreads.stream().allMatch(Thread::isAlive);
    }

    /** The states of the open connections at this moment, in no particular order. */
    List<ConnectionTimeouts.Snapshot> snapshots() {
        return connections.keySet().stream().map(MilterConnection::snapshot).toList();
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
                admit(new MilterConnection(channel, memory, processors, nanoTime));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void cannotAccept(Listener listener, IOException failure) {
        String reason = String.valueOf(failure.getMessage());
        if (acceptWarning.isDue()) {
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
     * Starts a connection. If there are too many, it replaces the one that has been without a decision for longest, as
     * {@link ConnectionTimeouts#mayBeReplaced} allows. If it allows none, the new one waits; further connections wait
     * too. If none was admitted for five seconds, new ones are closed at once: otherwise a mail server would wait for 30
     * seconds for the negotiation of each.
     */
    private void admit(MilterConnection connection) throws InterruptedException {
        if (!admitClient(connection)) {
            return;
        }
        boolean admitted = slots.tryAcquire();
        long start = nanoTime.getAsLong() | 1;
        while (!admitted) {
            fullSince.compareAndSet(0, start);
            if (saturationWarning.isDue()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "connections-full",
                        Map.entry("max", settings.maxConnections()),
                        Map.entry(
                                "problem",
                                "all connections are in use, so each new one replaces the one that has been without a"
                                        + " decision for longest, or is closed if all wait for the content of a message or"
                                        + " for its decision: check which hosts hold connections, or raise"
                                        + " connections.max"));
            }
            boolean replaced = closeLongestUndecided(connections.keySet(), settings.timeouts()::mayBeReplaced);
            if (!replaced && nanoTime.getAsLong() - fullSince.get() > ADMISSION_TIMEOUT.toNanos()) {
                connection.client().ifPresent(clients::remove);
                refuse(connection);
                return;
            }
            // One whose message has just begun or is at its end is not closed; the next attempt selects another one.
            admitted = slots.tryAcquire((replaced ? ENDING_TIME : ADMISSION_PAUSE).toMillis(), TimeUnit.MILLISECONDS);
        }
        fullSince.set(0);
        // It is served even if the server is being closed: otherwise the mail server would lose a connection that the
        // next process cannot take over.
        Thread thread =
                Thread.ofVirtual().name("milter-" + numbers.incrementAndGet()).unstarted(() -> serve(connection));
        metrics.connections().increment();
        connections.put(connection, thread);
        thread.start();
    }

    /**
     * Counts a connection of its client. If the client has too many, the one that has been without a decision for
     * longest is closed in its favor. If all have a message that may go on, the new one is closed, so that the mail
     * server knows at once.
     */
    private boolean admitClient(MilterConnection connection) {
        Optional<InetAddress> client = connection.client();
        if (client.isEmpty() || clients.add(client.get())) {
            return true;
        }
        if (clientWarning.isDue()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "overloaded",
                    Map.entry("bound", "connections-of-client"),
                    Map.entry("setting", "connections.max-per-client"),
                    Map.entry("client", client.get().getHostAddress()),
                    Map.entry("max", settings.maxConnectionsPerClient()),
                    Map.entry(
                            "advice",
                            "find out why this host needs so many connections, or raise connections.max-per-client"));
        }
        if (closeLongestUndecided(
                connections.keySet().stream()
                        .filter(other -> other.client().equals(client))
                        .toList(),
                at -> !at.stage().isInMessage() || settings.timeouts().mayBeReplaced(at))) {
            clients.replace(client.get());
            return true;
        }
        refuse(connection);
        return false;
    }

    private void refuse(MilterConnection connection) {
        metrics.refusedConnections().increment();
        connection.close();
    }

    /** Whether a connection was closed. */
    private static boolean closeLongestUndecided(
            Collection<MilterConnection> candidates, Predicate<ConnectionTimeouts.Snapshot> mayBeReplaced) {
        MilterConnection first = null;
        ConnectionTimeouts.Snapshot firstAt = null;
        for (MilterConnection connection : candidates) {
            ConnectionTimeouts.Snapshot at = connection.snapshot();
            if (mayBeReplaced.test(at)
                    && connection.isReplaceable()
                    && (firstAt == null || ConnectionTimeouts.compareForReplacement(at, firstAt) < 0)) {
                first = connection;
                firstAt = at;
            }
        }
        if (first == null || firstAt == null) {
            return false;
        }
        return firstAt.stage().isInMessage() ? first.closeBeforeEnd() : first.closeIfFree();
    }

    private void serve(MilterConnection connection) {
        try {
            connection.serve(sessions);
        } finally {
            connections.remove(connection);
            connection.client().ifPresent(clients::remove);
            slots.release();
        }
    }

    private void sweep() {
        ConnectionTimeouts timeouts = settings.timeouts();
        long period = Math.max(
                1, Math.min(MAX_SWEEP_INTERVAL.toMillis(), timeouts.shortest().toMillis() / 4));
        try {
            while (!stopping.await(period, TimeUnit.MILLISECONDS)) {
                for (MilterConnection connection : connections.keySet()) {
                    if (timeouts.isOverdue(connection.snapshot())) {
                        LOG.log(System.Logger.Level.DEBUG, "closing a connection after its timeout");
                        connection.close();
                    }
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Stops listening, and ends the connections as {@link Drain} describes. When it returns, no thread of the server is
     * running, unless the filter ignores interruption for ten seconds. An interrupt ends the wait early.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        stopping.countDown();
        listeners.forEach(Listener::close);
        // Lets listeners that wait for a slot serve their connection. They are not interrupted, because the JDK would
        // leak the connection that it is just accepting.
        slots.release(listeners.size());
        boolean interrupted = false;
        try {
            // After the listeners have ended, no connection is added.
            await(ownThreads, END_TIMEOUT);
            new Drain(connections.keySet(), settings.grace(), nanoTime).await();
        } catch (InterruptedException early) {
            interrupted = true;
        }
        connections.forEach((connection, thread) -> {
            connection.close();
            thread.interrupt();
        });
        try {
            await(connections.values(), END_TIMEOUT);
        } catch (InterruptedException early) {
            interrupted = true;
        }
        if (!connections.isEmpty()) {
            LOG.log(System.Logger.Level.WARNING, connections.size() + " connections could not be closed");
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
