package org.countersign.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * What a service does on signals: SIGTERM and SIGINT end it in order, a second one ends it at once, SIGHUP and
 * SIGUSR1 make it read its files again.
 *
 * <p>The Java API has no signals. A shutdown hook would see SIGTERM, but not SIGHUP or SIGUSR1, cannot choose the exit
 * status, and runs while logging is being closed. {@code sun.misc.Signal} is in the module {@code jdk.unsupported},
 * which every JDK has. A signal that the virtual machine keeps for itself ({@code -Xrs}) stays as it was.
 */
@SuppressWarnings("sunapi")
final class ServiceSignals implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("countersign.server");
    private static final List<String> ENDING = List.of("TERM", "INT");
    private static final List<String> RELOADING = List.of("HUP", "USR1");
    // As a shell reports a process that a signal has ended.
    private static final int SIGNALLED = 128;

    private final Map<Signal, SignalHandler> earlier = new LinkedHashMap<>();
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    private ServiceSignals() {}

    /**
     * Begins to listen to signals.
     *
     * @param reload called for each SIGHUP and SIGUSR1; must not take long
     */
    static ServiceSignals install(Runnable reload) {
        ServiceSignals signals = new ServiceSignals();
        ENDING.forEach(name -> signals.handle(name, signals::end));
        RELOADING.forEach(name -> signals.handle(name, signal -> reload.run()));
        return signals;
    }

    private void handle(String name, SignalHandler handler) {
        try {
            Signal signal = new Signal(name);
            earlier.put(signal, Signal.handle(signal, handler));
        } catch (IllegalArgumentException kept) {
            LOG.log(System.Logger.Level.DEBUG, "SIG" + name + " is left to the virtual machine", kept);
        }
    }

    private void end(Signal signal) {
        if (ending.compareAndSet(false, true)) {
            ended.countDown();
        } else {
            Runtime.getRuntime().halt(SIGNALLED + signal.getNumber());
        }
    }

    /** Returns when the service is to end: on a signal, or when this thread is interrupted. */
    void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException end) {
            // Whoever runs the service in a thread of theirs ends it in this way.
        }
    }

    @Override
    public void close() {
        earlier.forEach(Signal::handle);
    }
}
