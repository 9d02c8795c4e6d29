package org.countersign;

import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * The work that runs beside the arrival of one message, each piece on a virtual thread. Closing it
 * interrupts what still runs, so that a message that was given up asks the DNS nothing more. For the threads of one
 * message.
 */
final class MessageTasks implements Executor, AutoCloseable {
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    <T> Future<T> start(String name, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        start(Thread.ofVirtual().name(name).unstarted(task));
        return task;
    }

    @Override
    public void execute(Runnable work) {
        start(Thread.ofVirtual().name("lookup").unstarted(work));
    }

    private void start(Thread thread) {
        threads.add(thread);
        thread.start();
        if (closed) {
            // Work of the message itself started it while the message was closed.
            thread.interrupt();
        }
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
        closed = true;
        threads.forEach(Thread::interrupt);
        threads.clear();
    }
}
