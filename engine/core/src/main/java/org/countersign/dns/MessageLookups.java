package org.countersign.dns;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A DNS client bound to one message. It makes no query twice, makes no more queries than the budget allows, waits for none
 * past the deadline, and records them all as evidence. Safe for use by the threads that work for the message.
 */
public final class MessageLookups implements DnsLookups {
    // The memory reserved for every message includes answers up to this weight. Answers to ordinary mail are smaller.
    private static final int UNCHARGED_WEIGHT = 1024;

    // The answer, its parsed form, and the evidence.
    private static final int COPIES_OF_ANSWER = 3;

    private final DnsClient client;
    private final AnswerMemory memory;
    private final Budget budget;
    private volatile Instant deadline;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<DnsQuery<?>, CompletableFuture<DnsAnswer<?>>> answers = new LinkedHashMap<>();

    /** The memory that the answers for one message may take. */
    public interface AnswerMemory {
        /** No limit. */
        AnswerMemory UNLIMITED = octets -> true;

        /** Reserves more octets; false if the budget is exhausted. */
        boolean take(long octets);
    }

    /**
     * Without a limit of memory.
     *
     * @param budget the number of distinct queries that the message may make
     * @param deadline the latest time for answers, until {@link #extendTo} sets another
     */
    public MessageLookups(DnsClient client, int budget, Instant deadline) {
        this(client, budget, deadline, AnswerMemory.UNLIMITED);
    }

    /**
     * @param budget the number of distinct queries that the message may make
     * @param deadline the latest time for answers, until {@link #extendTo} sets another
     * @param memory reserves memory for each large answer, which lives as long as the message
     */
    public MessageLookups(DnsClient client, int budget, Instant deadline, AnswerMemory memory) {
        this.client = client;
        this.memory = memory;
        this.budget = new Budget(budget);
        this.deadline = deadline;
    }

    /**
     * Sets a later deadline for future queries. Called when the message reaches its next stage, so that a slow sender does
     * not use up the time for the DNS.
     */
    public void extendTo(Instant later) {
        deadline = later;
    }

    /**
     * The same lookups for a check that must not use the budget of the others. A query that this check makes first counts
     * against the separate budget only.
     *
     * @param queries the number of distinct queries that the check may make
     */
    public DnsLookups withSeparateBudget(int queries) {
        return new SeparateBudget(new Budget(queries), QueryPriority.ORDINARY);
    }

    /**
     * The same lookups for the policy of the Author Domain: with a separate budget, and with priority over other queries
     * when too many are in flight.
     *
     * @param queries the number of distinct queries that may be made
     */
    public DnsLookups forAuthorDomain(int queries) {
        return new SeparateBudget(new Budget(queries), QueryPriority.AUTHOR_DOMAIN);
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query) {
        return lookup(query, budget, QueryPriority.ORDINARY);
    }

    private <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Budget charged, QueryPriority priority) {
        CompletableFuture<DnsAnswer<?>> own = new CompletableFuture<>();
        CompletableFuture<DnsAnswer<?>> earlier;
        lock.lock();
        try {
            earlier = answers.get(query);
            if (earlier == null) {
                if (!charged.take()) {
                    return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.BUDGET_SPENT, AnswerMetadata.NONE);
                }
                answers.put(query, own);
            }
        } finally {
            lock.unlock();
        }
        if (earlier == null) {
            return run(query, own, priority);
        }
        DnsAnswer<R> answer = await(earlier);
        // A check of lower priority made the query first, and a local limit was reached.
        return priority == QueryPriority.AUTHOR_DOMAIN
                        && answer.isLocalFailure()
                        && !Thread.currentThread().isInterrupted()
                ? retry(query, earlier, charged)
                : answer;
    }

    private <R extends DnsRecord> DnsAnswer<R> retry(
            DnsQuery<R> query, CompletableFuture<DnsAnswer<?>> failed, Budget charged) {
        CompletableFuture<DnsAnswer<?>> own = new CompletableFuture<>();
        lock.lock();
        try {
            if (!charged.take() || !answers.replace(query, failed, own)) {
                return await(failed);
            }
        } finally {
            lock.unlock();
        }
        return run(query, own, QueryPriority.AUTHOR_DOMAIN);
    }

    private <R extends DnsRecord> DnsAnswer<R> run(
            DnsQuery<R> query, CompletableFuture<DnsAnswer<?>> own, QueryPriority priority) {
        // Assigned first: if the client throws against its contract, nobody waits forever.
        DnsAnswer<R> answer = new DnsAnswer.Unavailable<>(DnsAnswer.Failure.NETWORK, AnswerMetadata.NONE);
        try {
            answer = withReservedMemory(client.lookup(query, deadline, priority));
            return answer;
        } finally {
            own.complete(answer);
        }
    }

    private <R extends DnsRecord> DnsAnswer<R> withReservedMemory(DnsAnswer<R> answer) {
        int weight = answer.weight();
        return weight <= UNCHARGED_WEIGHT || memory.take((long) COPIES_OF_ANSWER * weight)
                ? answer
                : new DnsAnswer.Unavailable<>(
                        DnsAnswer.Failure.OVERLOADED,
                        "the messages in progress use all memory that limits.message-memory allows",
                        AnswerMetadata.NONE);
    }

    // An answer is only stored under the query that it answers, so that the record types match.
    @SuppressWarnings("unchecked")
    private static <R extends DnsRecord> DnsAnswer<R> await(CompletableFuture<DnsAnswer<?>> earlier) {
        try {
            return (DnsAnswer<R>) earlier.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.DEADLINE, AnswerMetadata.NONE);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("an answer never completes with an exception", impossible);
        }
    }

    /** The queries answered so far, in the order in which they were made. */
    public List<LookupTrace> trace() {
        lock.lock();
        try {
            List<LookupTrace> traces = new ArrayList<>(answers.size());
            answers.forEach((query, answer) -> {
                if (answer.isDone()) {
                    traces.add(LookupTrace.of(query, answer.join()));
                }
            });
            return traces;
        } finally {
            lock.unlock();
        }
    }

    /** How many queries may still be made. Guarded by the lock. */
    private static final class Budget {
        private int left;

        Budget(int queries) {
            this.left = queries;
        }

        boolean take() {
            if (left == 0) {
                return false;
            }
            left--;
            return true;
        }
    }

    private final class SeparateBudget implements DnsLookups {
        private final Budget own;
        private final QueryPriority priority;

        SeparateBudget(Budget own, QueryPriority priority) {
            this.own = own;
            this.priority = priority;
        }

        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query) {
            return MessageLookups.this.lookup(query, own, priority);
        }
    }
}
