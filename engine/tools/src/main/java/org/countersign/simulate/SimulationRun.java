package org.countersign.simulate;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.TrafficRules.Direction;
import org.countersign.archive.ArchiveVisitor;
import org.countersign.archive.MessageArchive;
import org.countersign.archive.RecoveredTransaction;
import org.countersign.archive.StoredMessage;
import org.countersign.dns.DnsClient;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.LocalHeadersFactory;
import org.countersign.policy.MessageFacts;
import org.countersign.service.EngineFactory;
import org.countersign.service.FileFailure;
import org.countersign.signing.SigningPolicy;
import org.countersign.simulate.MessageCounts.Kind;

/**
 * Simulates policies over an archive. Recorded results are read at once. Messages to evaluate again are evaluated some at a
 * time, because each waits for the DNS, and counted in their order.
 */
public final class SimulationRun {
    private static final int MAX_IN_FLIGHT = 32;
    private static final long MAX_OCTETS_IN_FLIGHT = 96L * 1024 * 1024;

    private final SimulationRequest request;
    private final Simulation simulation;
    private final LocalHeadersFactory names;
    private final CountersignEngine engine;
    private final Deque<InFlight> inFlight = new ArrayDeque<>();
    private long octets;

    private record InFlight(StoredMessage message, Future<Evidence> evidence) {}

    /** Receives what happens while the archive is read. */
    public interface Listener {
        /** A message was read. */
        void message(Simulation soFar);

        /** A file cannot be read. */
        void unreadable(FileFailure failure);

        /** An observation about a file, one printable line. */
        void note(String line);

        /** Whether to go on. */
        boolean isWanted();
    }

    /**
     * @param dns is asked only for messages that are evaluated again
     */
    public SimulationRun(SimulationRequest request, DnsClient dns, InstantSource clock) {
        this.request = request;
        this.simulation = new Simulation(request.policies());
        this.names = new LocalHeadersFactory(
                request.settings().inbound().authserv(),
                request.settings().inbound().receivedSpf());
        this.engine = EngineFactory.engine(
                request.settings(), SigningPolicy.NOTHING, dns, clock, (identity, published) -> {});
    }

    /** The sums so far. */
    public Simulation simulation() {
        return simulation;
    }

    /**
     * Reads the archive to its end.
     *
     * @param archive is read twice if a sample is wanted
     * @throws InterruptedException if this thread is interrupted
     */
    public Simulation run(MessageArchive archive, Listener listener) throws InterruptedException {
        Sample sample = request.sample().isPresent() ? sample(archive, listener) : Sample.ALL;
        Reader reader = new Reader(listener, sample);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            reader.threads = Optional.of(threads);
            archive.read(reader);
            if (reader.interrupted) {
                threads.shutdownNow();
                throw new InterruptedException("while messages were evaluated");
            }
            while (!inFlight.isEmpty()) {
                end();
                listener.message(simulation);
            }
        }
        return simulation;
    }

    /** Which messages are judged: so many of all that could be, spread evenly. */
    private record Sample(OptionalInt wanted, long all) {
        private static final Sample ALL = new Sample(OptionalInt.empty(), 0);

        /** Whether the message with this number, counted from 0, is in the sample. */
        boolean has(long number) {
            if (wanted.isEmpty() || wanted.getAsInt() >= all) {
                return true;
            }
            long size = wanted.getAsInt();
            // The only one, or the last one, of each part of the archive.
            return (number + 1) * size / all > number * size / all;
        }
    }

    /** Counts the messages. */
    private Sample sample(MessageArchive archive, Listener listener) {
        Counter counter = new Counter(listener);
        archive.read(counter);
        return new Sample(request.sample(), counter.candidates);
    }

    private final class Counter implements ArchiveVisitor {
        private final Listener listener;
        private long candidates;

        private Counter(Listener listener) {
            this.listener = listener;
        }

        @Override
        public boolean message(StoredMessage message) {
            // The header section tells the time.
            candidates += request.since().isEmpty() || isRecent(StoredMail.of(message, request.trusted())) ? 1 : 0;
            return listener.isWanted();
        }

        @Override
        public void unreadable(FileFailure failure) {
            // Reported when the archive is read again.
        }

        @Override
        public void note(String line) {
            // Reported when the archive is read again.
        }
    }

    private final class Reader implements ArchiveVisitor {
        private final Listener listener;
        private final Sample sample;
        private Optional<ExecutorService> threads = Optional.empty();
        private long number;
        private boolean interrupted;

        private Reader(Listener listener, Sample sample) {
            this.listener = listener;
            this.sample = sample;
        }

        @Override
        public boolean message(StoredMessage message) {
            try {
                read(message);
                while (inFlight.size() >= MAX_IN_FLIGHT || octets > MAX_OCTETS_IN_FLIGHT) {
                    end();
                }
            } catch (InterruptedException ended) {
                interrupted = true;
                return false;
            }
            listener.message(simulation);
            return listener.isWanted();
        }

        private void read(StoredMessage message) {
            StoredMail mail = StoredMail.of(message, request.trusted());
            if (!isRecent(mail)) {
                simulation.skip(Kind.TOO_OLD);
                return;
            }
            if (!sample.has(number++)) {
                simulation.skip(Kind.NOT_SAMPLED);
                return;
            }
            Optional<Evidence> recorded =
                    request.results().filter(ResultsSource.AGAIN::equals).isPresent()
                            ? Optional.empty()
                            : RecordedEvidence.of(mail, names, request.results().isPresent());
            Optional<Kind> notJudged =
                    notJudged(mail, recorded.filter(Evidence::hasResults).isPresent());
            if (notJudged.isPresent()) {
                simulation.skip(notJudged.get());
                return;
            }
            if (request.since().isPresent() && mail.transaction().when().isEmpty()) {
                simulation.withoutDate();
            }
            if (recorded.isPresent()) {
                simulation.judge(message, recorded.get());
            } else {
                octets += message.content().length();
                inFlight.add(new InFlight(message, threads.orElseThrow().submit(() -> evaluate(mail))));
            }
        }

        @Override
        public void unreadable(FileFailure failure) {
            listener.unreadable(failure);
        }

        @Override
        public void note(String line) {
            listener.note(line);
        }
    }

    private boolean isRecent(StoredMail mail) {
        return request.since().isEmpty()
                || mail.transaction()
                        .when()
                        .filter(request.since().get()::isAfter)
                        .isEmpty();
    }

    /** Why a message is not judged; empty if it is. */
    private Optional<Kind> notJudged(StoredMail mail, boolean hasResults) {
        if (StoredFolder.isOwn(mail.message())) {
            return Optional.of(Kind.OWN_COPY);
        }
        RecoveredTransaction found = mail.transaction();
        Direction direction = request.settings().traffic().direction(transaction(found));
        if (found.user().isPresent() || direction == Direction.OUTBOUND) {
            return Optional.of(Kind.OUTBOUND);
        }
        // What this site has judged came from outside, whatever a trace field says.
        boolean internal = direction == Direction.INTERNAL || found.withinSite();
        return internal && !hasResults ? Optional.of(Kind.INTERNAL) : Optional.empty();
    }

    private static SmtpTransaction transaction(RecoveredTransaction found) {
        return new SmtpTransaction(
                found.client().map(fact -> fact.value()).orElseGet(Client.Unknown::new),
                found.helo().map(fact -> fact.value()).orElse(""),
                found.mailFrom().map(fact -> fact.value()).orElseGet(ReversePath.Null::new),
                found.user(),
                "",
                found.receivingHost());
    }

    private Evidence evaluate(StoredMail mail) {
        RecoveredTransaction found = mail.transaction();
        try (MessageSession session = engine.openAccepted(transaction(found))) {
            found.recipients().forEach(session::recipient);
            mail.arrive(session);
            if (session.conclude() instanceof MessageOutcome.Judged judged) {
                MessageFacts facts = judged.facts();
                return EvaluatedEvidence.of(facts, found);
            }
            throw new IllegalStateException("the message " + mail.message().name() + " was not judged");
        }
    }

    /** Waits for the oldest message, and counts it. */
    private void end() throws InterruptedException {
        InFlight oldest = inFlight.remove();
        octets -= oldest.message().content().length();
        try {
            simulation.judge(oldest.message(), oldest.evidence().get());
        } catch (ExecutionException failed) {
            throw new IllegalStateException(
                    "the evaluation of " + oldest.message().name() + " failed", failed.getCause());
        }
    }
}
