package org.countersign.inbound;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * The tasks of one message, each on a virtual thread while the message arrives. Closing it interrupts running tasks, so
 * that an aborted message makes no more DNS queries, and waits for their end. For the threads of one message.
 */
final class MessageTasks implements Executor, AutoCloseable {
    // A task that was interrupted ends within milliseconds, unless the processor has too much to do.
    private static final Duration MAX_CLOSE = Duration.ofSeconds(1);

    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final Duration maxClose;
    private volatile boolean closed;

    MessageTasks() {
        this(MAX_CLOSE);
    }

    /** @param maxClose how long closing waits for the end of a task */
    MessageTasks(Duration maxClose) {
        this.maxClose = maxClose;
    }

    /** Starts a task whose result is needed. */
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
            // Another task of the message started this one while the message was closed.
            thread.interrupt();
        }
    }

    /** Waits for all tasks. Each one ends by itself. */
    void await() {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends the tasks, and waits for that. Otherwise a mail server that begins and aborts messages without a pause would fill the
     * memory with threads: the scheduler may prefer its connections to threads that have not begun.
     */
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                if (thread.isAlive() && !thread.join(maxClose)) {
                    break;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        threads.clear();
    }
}
