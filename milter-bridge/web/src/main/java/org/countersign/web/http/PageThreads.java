package org.countersign.web.http;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Makes pages that need more than a millisecond of a processor, a few at a time, on threads of the operating system. Mail is
 * judged on virtual threads, which all share one carrier for each processor. Neither a query of SQLite nor a calculation leaves
 * its carrier, so that a few pages would stop all mail.
 */
public final class PageThreads {
    private static final long HEAP_OF_A_PAGE = 32 << 20;
    private static final int MIN_THREADS = 2;
    private static final int MAX_THREADS = 8;
    private static final int MAX_WAITING = 32;
    private static final long IDLE_SECONDS = 30;

    /** How long a page may take by default: shorter than the listener lets an answer take. */
    public static final Duration PATIENCE = Duration.ofSeconds(6);

    private final ThreadPoolExecutor threads;
    private final Duration patience;

    /**
     * @param number how many pages are made at once
     * @param patience how long a page may take, with its time in the queue
     */
    public PageThreads(int number, Duration patience) {
        this.patience = patience;
        this.threads = new ThreadPoolExecutor(
                number,
                number,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name("page-", 1).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** As many threads as this process has processors and memory for. */
    public static PageThreads ofThisProcess(Duration patience) {
        Runtime runtime = Runtime.getRuntime();
        long threads = Math.min(runtime.availableProcessors(), runtime.maxMemory() / HEAP_OF_A_PAGE);
        return new PageThreads(Math.clamp(threads, MIN_THREADS, MAX_THREADS), patience);
    }

    /**
     * Makes a page.
     *
     * @return empty if it takes too long, or too many are waiting; the page is made all the same if it has begun
     * @throws RuntimeException what the page throws
     */
    public <T> Optional<T> make(Supplier<T> page) throws InterruptedException {
        Future<T> made;
        try {
            made = threads.submit(page::get);
        } catch (RejectedExecutionException tooMany) {
            return Optional.empty();
        }
        try {
            return Optional.of(made.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException late) {
            made.cancel(false);
            threads.purge();
            return Optional.empty();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException bug) {
                throw bug;
            }
            throw new IllegalStateException(failure.getCause());
        }
    }
}
