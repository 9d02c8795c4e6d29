package org.countersign.archive;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;

/**
 * Evaluates messages some at a time, because each waits for the DNS, and passes on the results in the order of the messages.
 * Each evaluation has a thread of its own; all methods are for one thread.
 *
 * @param <T> the result of an evaluation
 */
public final class OrderedEvaluations<T> implements AutoCloseable {
    private static final int MAX_MESSAGES = 32;
    private static final long MAX_OCTETS = 96L * 1024 * 1024;

    private final BiConsumer<StoredMessage, T> results;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Deque<Begun<T>> begun = new ArrayDeque<>();
    private long octets;

    private record Begun<T>(StoredMessage message, Future<T> result) {}

    /**
     * @param results receives each message with its result, on the thread that calls {@link #begin} and {@link #finish}
     */
    public OrderedEvaluations(BiConsumer<StoredMessage, T> results) {
        this.results = results;
    }

    /**
     * Begins an evaluation. If many messages or octets are in memory then, this method waits for the oldest ones.
     *
     * @throws InterruptedException if this thread is interrupted
     */
    public void begin(StoredMessage message, Callable<T> evaluation) throws InterruptedException {
        octets += message.content().length();
        begun.add(new Begun<>(message, threads.submit(evaluation)));
        while (begun.size() >= MAX_MESSAGES || octets > MAX_OCTETS) {
            endOldest();
        }
    }

    /**
     * Waits for all evaluations.
     *
     * @throws InterruptedException if this thread is or was interrupted
     */
    public void finish() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("while messages were evaluated");
        }
        while (!begun.isEmpty()) {
            endOldest();
        }
    }

    private void endOldest() throws InterruptedException {
        Begun<T> oldest = begun.remove();
        octets -= oldest.message().content().length();
        try {
            results.accept(oldest.message(), oldest.result().get());
        } catch (ExecutionException failed) {
            throw new IllegalStateException(
                    "the evaluation of " + oldest.message().name() + " failed", failed.getCause());
        }
    }

    /** Ends evaluations that nobody waits for, and waits for their threads. */
    @Override
    public void close() {
        begun.forEach(each -> each.result().cancel(true));
        threads.close();
    }
}
