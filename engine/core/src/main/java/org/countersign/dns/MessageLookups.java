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
 * A DNS client bound to one message: no question goes out twice, no more than the budget goes out at
 * all, nothing waits past the deadline, and all of it is on record. Safe for the several threads that
 * work for one message.
 */
public final class MessageLookups implements DnsLookups {
    /** Answers up to this weight are covered by what every message takes; those to ordinary mail are smaller. */
    private static final int UNCHARGED_WEIGHT = 1024;

    // The answer, and what the checks read in it and keep as evidence.
    private static final int TIMES_AN_ANSWER = 3;

    private final DnsClient client;
    private final Room room;
    private final Allowance allowance;
    private volatile Instant deadline;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<DnsQuery<?>, CompletableFuture<DnsAnswer<?>>> asked = new LinkedHashMap<>();

    /** The memory that the answers to one message may take. */
    public interface Room {
        /** Room without end. */
        Room UNLIMITED = octets -> true;

        /** Takes so many octets more, if they are there. */
        boolean take(long octets);
    }

    /**
     * With room for any answers.
     *
     * @param budget how many distinct questions the message may ask
     * @param deadline when it needs its answers at the latest, until {@link #extendTo} says otherwise
     */
    public MessageLookups(DnsClient client, int budget, Instant deadline) {
        this(client, budget, deadline, Room.UNLIMITED);
    }

    /**
     * @param budget how many distinct questions the message may ask
     * @param deadline when it needs its answers at the latest, until {@link #extendTo} says otherwise
     * @param room asked for each large answer, which is kept as long as the message
     */
    public MessageLookups(DnsClient client, int budget, Instant deadline, Room room) {
        this.client = client;
        this.room = room;
        this.allowance = new Allowance(budget);
        this.deadline = deadline;
    }

    /**
     * Sets a later deadline for the questions that are asked from now on: the message has reached its next stage,
     * and how long its sender took to get there is not the fault of the DNS.
     */
    public void extendTo(Instant later) {
        deadline = later;
    }

    /**
     * The same look-ups for a check that must take nothing from the others: what it asks first counts against a budget
     * of its own, and the message's budget is as if it had not been asked.
     *
     * @param questions how many distinct questions the check may ask
     */
    public DnsLookups aside(int questions) {
        return new Aside(new Allowance(questions), QueryPriority.ORDINARY);
    }

    /**
     * The same lookups for the policy of the Author Domain: with a budget of their own, and before others where there is
     * too little room for all.
     *
     * @param questions how many distinct questions may be asked
     */
    public DnsLookups forAuthorDomain(int questions) {
        return new Aside(new Allowance(questions), QueryPriority.AUTHOR_DOMAIN);
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question) {
        return lookup(question, allowance, QueryPriority.ORDINARY);
    }

    private <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Allowance payer, QueryPriority priority) {
        CompletableFuture<DnsAnswer<?>> own = new CompletableFuture<>();
        CompletableFuture<DnsAnswer<?>> earlier;
        lock.lock();
        try {
            earlier = asked.get(question);
            if (earlier == null) {
                if (!payer.take()) {
                    return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.BUDGET_SPENT, AnswerMetadata.NONE);
                }
                asked.put(question, own);
            }
        } finally {
            lock.unlock();
        }
        if (earlier == null) {
            return ask(question, own, priority);
        }
        DnsAnswer<R> answer = await(earlier);
        // A check of lower priority asked the question first, and found no room.
        return priority == QueryPriority.AUTHOR_DOMAIN
                        && answer.isOurFailure()
                        && !Thread.currentThread().isInterrupted()
                ? askAgain(question, earlier, payer)
                : answer;
    }

    private <R extends DnsRecord> DnsAnswer<R> askAgain(
            DnsQuery<R> question, CompletableFuture<DnsAnswer<?>> failed, Allowance payer) {
        CompletableFuture<DnsAnswer<?>> own = new CompletableFuture<>();
        lock.lock();
        try {
            if (!payer.take() || !asked.replace(question, failed, own)) {
                return await(failed);
            }
        } finally {
            lock.unlock();
        }
        return ask(question, own, QueryPriority.AUTHOR_DOMAIN);
    }

    private <R extends DnsRecord> DnsAnswer<R> ask(
            DnsQuery<R> question, CompletableFuture<DnsAnswer<?>> own, QueryPriority priority) {
        // Set first, so that a client that breaks its promise not to throw leaves no one waiting.
        DnsAnswer<R> answer = new DnsAnswer.Unavailable<>(DnsAnswer.Failure.NETWORK, AnswerMetadata.NONE);
        try {
            answer = withRoom(client.lookup(question, deadline, priority));
            return answer;
        } finally {
            own.complete(answer);
        }
    }

    private <R extends DnsRecord> DnsAnswer<R> withRoom(DnsAnswer<R> answer) {
        int weight = answer.weight();
        return weight <= UNCHARGED_WEIGHT || room.take((long) TIMES_AN_ANSWER * weight)
                ? answer
                : new DnsAnswer.Unavailable<>(
                        DnsAnswer.Failure.OVERLOADED,
                        "the messages under way take all the memory that limits.message-memory allows them",
                        AnswerMetadata.NONE);
    }

    // The map only ever holds an answer under the question that it was given to, so the kinds agree.
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

    /** What was asked so far and is answered, in the order asked. */
    public List<LookupTrace> trace() {
        lock.lock();
        try {
            List<LookupTrace> traces = new ArrayList<>(asked.size());
            asked.forEach((question, answer) -> {
                if (answer.isDone()) {
                    traces.add(LookupTrace.of(question, answer.join()));
                }
            });
            return traces;
        } finally {
            lock.unlock();
        }
    }

    /** How many questions may still be asked. Guarded by the lock. */
    private static final class Allowance {
        private int left;

        Allowance(int questions) {
            this.left = questions;
        }

        boolean take() {
            if (left == 0) {
                return false;
            }
            left--;
            return true;
        }
    }

    private final class Aside implements DnsLookups {
        private final Allowance own;
        private final QueryPriority priority;

        Aside(Allowance own, QueryPriority priority) {
            this.own = own;
            this.priority = priority;
        }

        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question) {
            return MessageLookups.this.lookup(question, own, priority);
        }
    }
}
