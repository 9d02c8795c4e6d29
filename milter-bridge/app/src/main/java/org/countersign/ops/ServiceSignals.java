package org.countersign.ops;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Handles the signals of a service. SIGTERM and SIGINT stop it after the messages in progress, a second one stops it at
 * once, SIGHUP and SIGUSR1 reload its files.
 *
 * <p>The Java API has no signals. A shutdown hook would see SIGTERM, but neither SIGHUP nor SIGUSR1. It cannot choose the
 * exit status, and it runs while the log is being closed. {@code sun.misc.Signal} is in the module
 * {@code jdk.unsupported}, which every JDK has. It is called by reflection, because no option suppresses the compiler's
 * warning about it. A signal that the virtual machine reserves ({@code -Xrs}) keeps its handler.
 */
final class ServiceSignals implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("countersign.server");
    // These numbers are the same on all systems that have the signals.
    private static final Map<String, Integer> ENDING = Map.of("TERM", 15, "INT", 2);
    private static final List<String> RELOADING = List.of("HUP", "USR1");
    // A shell adds this to the number of the signal that ended a process.
    private static final int SIGNALLED = 128;

    /** A signal and its earlier handler. */
    private record Earlier(Object signal, @Nullable Object handler) {}

    private final List<Earlier> earlier = new ArrayList<>();
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    private ServiceSignals() {}

    /**
     * Installs the handlers.
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
        } catch (ReflectiveOperationException reserved) {
            LOG.log(System.Logger.Level.DEBUG, "SIG" + name + " is left to the virtual machine", reserved);
        }
    }

    /** Installs a handler for a signal and returns the earlier one. */
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

    /** Waits until a signal or an interrupt of this thread ends the service. */
    void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException end) {
            // A program that runs the service in a thread stops it with an interrupt.
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
