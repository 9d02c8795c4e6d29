package org.countersign;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * The work that runs beside the arrival of one message, each piece on a virtual thread. Closing it
 * interrupts what still runs, so that a message that was given up asks the DNS nothing more. Only the
 * message's own thread starts and closes.
 */
final class Background implements Executor, AutoCloseable {
    private final List<Thread> threads = new ArrayList<>(4);

    <T> Future<T> start(String name, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        threads.add(Thread.ofVirtual().name(name).start(task));
        return task;
    }

    @Override
    public void execute(Runnable work) {
        threads.add(Thread.ofVirtual().name("look-up").start(work));
    }

    /** Waits for all that was started; all of it ends by itself. */
    void await() {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        for (Thread thread : threads) {
            if (thread.isAlive()) {
                thread.interrupt();
            }
        }
        threads.clear();
    }
}
