package org.countersign.milter.filter;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.DecisionCounters;
import org.countersign.MemoryMeteredSession;
import org.countersign.MessageLimits;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.dns.MeasuringClock;
import org.countersign.domain.ReversePath;
import org.countersign.metrics.Meter;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.session.MacroValues;
import org.countersign.milter.session.MessageFilter;
import org.countersign.milter.session.MessageTransaction;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ReplyText;
import org.countersign.policy.Decision;
import org.countersign.policy.QuarantineAction;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;

/** Puts the engine behind the milter protocol. The only class that knows both. */
public final class EngineFilter implements MessageFilter {
    // So Sendmail calls its own standard input, for which it has no address.
    private static final String LOCAL_HOST = "localhost";

    // How much longer than its deadline the engine may take, for verifying and deciding, before the message is
    // deferred.
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final Supplier<CountersignEngine> engine;
    private final Supplier<Duration> deadline;
    private final Consumer<FinishedMessage> finished;
    private final InstantSource clock;
    private final DecisionCounters counters;

    /**
     * @param engine asked for with each message, so that it may be another one for the next
     * @param finished told of every message that was carried to its end; must not throw, and must not take long
     */
    public EngineFilter(Supplier<CountersignEngine> engine, Consumer<FinishedMessage> finished, InstantSource clock) {
        this(engine, MessageLimits.DEFAULT::deadline, finished, clock, Meter.NONE);
    }

    /**
     * @param engine asked for with each message, so that it may be another one for the next
     * @param deadline the engine's own at the end of a message; asked for with each message, too
     * @param finished told of every message that was carried to its end; must not throw, and must not take long
     * @param meter receives the metrics of {@link DecisionCounters}, for all engines that this filter uses
     */
    public EngineFilter(
            Supplier<CountersignEngine> engine,
            Supplier<Duration> deadline,
            Consumer<FinishedMessage> finished,
            InstantSource clock,
            Meter meter) {
        this.engine = engine;
        this.deadline = deadline;
        this.finished = finished;
        this.clock = MeasuringClock.monotonicOf(clock);
        this.counters = new DecisionCounters(meter);
    }

    /** With the same engine for all messages. */
    public EngineFilter(CountersignEngine engine, Consumer<FinishedMessage> finished, InstantSource clock) {
        this(() -> engine, finished, clock);
    }

    @Override
    public MessageTransaction begin(Envelope envelope) {
        return new Passage(envelope, engine.get().open(transaction(envelope)), clock.instant());
    }

    private static SmtpTransaction transaction(Envelope envelope) {
        MacroValues macros = envelope.macros();
        return new SmtpTransaction(
                client(envelope),
                envelope.helo(),
                ReversePath.parse(envelope.mailFrom()),
                macros.authenticatedUser(),
                macros.daemonName().orElse(""),
                macros.hostName().orElse(""));
    }

    private static Client client(Envelope envelope) {
        return switch (envelope.clientAddress()) {
            case ClientAddress.Ip ip -> new Client.Ip(ip.address(), envelope.clientName());
            case ClientAddress.Local local -> new Client.Local();
            case ClientAddress.Unknown unknown ->
                Ascii.equalsIgnoreCase(envelope.clientName(), LOCAL_HOST) ? new Client.Local() : new Client.Unknown();
        };
    }

    private static FilterVerdict verdict(Decision decision) {
        return switch (decision.verdict()) {
            case Verdict.Accept accept -> new FilterVerdict.Accept();
            case Verdict.Tag tag -> new FilterVerdict.Accept();
            case Verdict.Quarantine(QuarantineAction how) ->
                switch (how) {
                    // The field that says so is among the edits.
                    case MARK -> new FilterVerdict.Accept();
                    case HOLD -> new FilterVerdict.Quarantine(decision.rule() + ": " + decision.reason());
                };
            case Verdict.Discard discard -> new FilterVerdict.Discard();
            case Verdict.Reject(SmtpReply reply) -> refusal(reply);
            case Verdict.TempFail(SmtpReply reply) -> refusal(reply);
        };
    }

    private static FilterVerdict refusal(SmtpReply reply) {
        return new FilterVerdict.Refuse(ReplyText.of(reply.code(), reply.enhancedCode(), reply.text()));
    }

    /** One message. */
    private final class Passage implements MessageTransaction {
        private final Envelope envelope;
        private final MessageSession flow;
        private final Instant begun;
        private int recipients;
        private long bodyOctets;
        private Optional<FinishedMessage> concluded = Optional.empty();

        Passage(Envelope envelope, MessageSession flow, Instant begun) {
            this.envelope = envelope;
            this.flow = flow;
            this.begun = begun;
        }

        @Override
        public void recipient(String address) {
            recipients++;
            flow.recipient(address);
        }

        @Override
        public void header(HeaderField field) {
            flow.header(field);
        }

        @Override
        public void endOfHeaders() {
            flow.endOfHeaders();
        }

        @Override
        public void body(byte[] octets, int offset, int length) {
            bodyOctets += length;
            flow.body(octets, offset, length);
        }

        @Override
        public boolean isRefused() {
            return flow instanceof MemoryMeteredSession metered && metered.isOverloaded();
        }

        @Override
        public FilterDecision finish(MacroValues macros) {
            MessageOutcome conclusion = flow.conclude();
            concluded = Optional.of(new FinishedMessage(
                    envelope, macros, recipients, bodyOctets, conclusion, Duration.between(begun, clock.instant())));
            return new FilterDecision(verdict(conclusion.decision()), conclusion.edits());
        }

        @Override
        public Duration decisionTimeout() {
            return deadline.get().plus(MARGIN);
        }

        @Override
        public void confirm() {
            concluded.ifPresent(message -> {
                counters.count(message.conclusion());
                finished.accept(message);
            });
        }

        @Override
        public void close() {
            flow.close();
        }
    }
}
