package org.countersign.ops;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a service does on signals: SIGTERM and SIGINT end it in order, a second one ends it at once, SIGHUP and
 * SIGUSR1 make it read its files again.
 *
 * <p>The Java API has no signals. A shutdown hook would see SIGTERM, but not SIGHUP or SIGUSR1, cannot choose the exit
 * status, and runs while logging is being closed. {@code sun.misc.Signal} is in the module {@code jdk.unsupported},
 * which every JDK has; it is called by its name, since no option keeps the compiler from warning of it. A signal that
 * the virtual machine keeps for itself ({@code -Xrs}) stays as it was.
 */
final class ServiceSignals implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("countersign.server");
    // Their numbers are the same on all systems that have them.
    private static final Map<String, Integer> ENDING = Map.of("TERM", 15, "INT", 2);
    private static final List<String> RELOADING = List.of("HUP", "USR1");
    // As a shell reports a process that a signal has ended.
    private static final int SIGNALLED = 128;

    /** A signal and what was done about it before. */
    private record Earlier(Object signal, @Nullable Object handler) {}

    private final List<Earlier> earlier = new ArrayList<>();
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
        ENDING.forEach((name, number) -> signals.handle(name, () -> signals.end(number)));
        RELOADING.forEach(name -> signals.handle(name, reload));
        return signals;
    }

    private void handle(String name, Runnable action) {
        try {
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object signal = Class.forName("sun.misc.Signal")
                    .getConstructor(String.class)
                    .newInstance(name);
            Object handler = Proxy.newProxyInstance(
                    ServiceSignals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        action.run();
                        return null;
                    });
            earlier.add(new Earlier(signal, exchange(signal, handler)));
        } catch (ReflectiveOperationException kept) {
            LOG.log(System.Logger.Level.DEBUG, "SIG" + name + " is left to the virtual machine", kept);
        }
    }

    /** Has a signal handled by this handler, and returns the one before. */
    private static @Nullable Object exchange(Object signal, @Nullable Object handler)
            throws ReflectiveOperationException {
        return signal.getClass()
                .getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal, handler);
    }

    private void end(int number) {
        if (ending.compareAndSet(false, true)) {
            ended.countDown();
        } else {
            Runtime.getRuntime().halt(SIGNALLED + number);
        }
    }

    /** Returns when the service is to end: on a signal, or when this thread is interrupted. */
    void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException end) {
            // A program that runs the service in a thread of its own ends it by an interrupt.
        }
    }

    @Override
    public void close() {
        for (Earlier before : earlier) {
            try {
                exchange(before.signal, before.handler);
            } catch (ReflectiveOperationException gone) {
                LOG.log(System.Logger.Level.DEBUG, "a signal keeps its handler", gone);
            }
        }
    }
}
