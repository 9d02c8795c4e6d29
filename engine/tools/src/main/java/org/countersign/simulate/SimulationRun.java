package org.countersign.simulate;

import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.TrafficRules.Direction;
import org.countersign.archive.ArchiveVisitor;
import org.countersign.archive.MessageArchive;
import org.countersign.archive.OrderedEvaluations;
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
    private final SimulationRequest request;
    private final Simulation simulation;
    private final LocalHeadersFactory names;
    private final CountersignEngine engine;

    /** Receives what happens while the archive is read. */
    public interface Listener {
        /** A message was read. */
        void message(Simulation soFar);

        /** A file cannot be read. */
        void unreadable(FileFailure failure);

        /** An observation about a file, one printable line. */
        void note(String line);
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
        Sample sample = request.sample().isPresent() ? sample(archive) : Sample.ALL;
        try (OrderedEvaluations<Evidence> evaluations = new OrderedEvaluations<>((message, evidence) -> {
            simulation.judge(message, evidence);
            listener.message(simulation);
        })) {
            archive.read(new Reader(listener, sample, evaluations));
            evaluations.finish();
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

    /** Counts the messages from which the sample is taken. */
    private Sample sample(MessageArchive archive) {
        Counter counter = new Counter();
        archive.read(counter);
        return new Sample(request.sample(), counter.candidates);
    }

    private final class Counter implements ArchiveVisitor {
        private long candidates;

        @Override
        public boolean message(StoredMessage message) {
            // Only the option --since needs the time of a message, for which its header section is read.
            candidates += request.since().isEmpty() || isRecent(StoredMail.of(message, request.trusted())) ? 1 : 0;
            return true;
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
        private final OrderedEvaluations<Evidence> evaluations;
        private long number;

        private Reader(Listener listener, Sample sample, OrderedEvaluations<Evidence> evaluations) {
            this.listener = listener;
            this.sample = sample;
            this.evaluations = evaluations;
        }

        @Override
        public boolean message(StoredMessage message) {
            try {
                read(message);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                return false;
            }
            listener.message(simulation);
            return true;
        }

        private void read(StoredMessage message) throws InterruptedException {
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
                evaluations.begin(message, () -> evaluate(mail));
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
}
