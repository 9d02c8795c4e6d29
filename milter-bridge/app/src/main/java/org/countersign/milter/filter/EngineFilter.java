package org.countersign.milter.filter;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MemoryMeteredSession;
import org.countersign.MessageLimits;
import org.countersign.MessageMetrics;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.dns.DnsRecorder;
import org.countersign.dns.MeasuringClock;
import org.countersign.domain.ReversePath;
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
import org.jspecify.annotations.Nullable;

/** A milter filter that decides by a policy engine. The only class that uses both the protocol and the engine. */
public final class EngineFilter implements MessageFilter {
    // The client name that Sendmail sends, without an address, for mail from its standard input.
    private static final String LOCAL_HOST = "localhost";

    // The time for verifying and deciding after the engine's deadline for the DNS, before the message is deferred.
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final Supplier<CountersignEngine> engine;
    private final Supplier<Duration> deadline;
    private final Consumer<FinishedMessage> finished;
    private final InstantSource clock;
    private final MessageMetrics metrics;
    private final BooleanSupplier recordsDns;

    /**
     * Creates a filter with the default deadline and without metrics.
     *
     * @param engine called for each message, so that a reload takes effect with the next one
     * @param finished called for every message that was decided on; must not throw, and must return quickly
     */
    public EngineFilter(Supplier<CountersignEngine> engine, Consumer<FinishedMessage> finished, InstantSource clock) {
        this(engine, MessageLimits.DEFAULT::deadline, finished, clock, MessageMetrics.NONE);
    }

    /** Creates a filter that does not record DNS queries. */
    public EngineFilter(
            Supplier<CountersignEngine> engine,
            Supplier<Duration> deadline,
            Consumer<FinishedMessage> finished,
            InstantSource clock,
            MessageMetrics metrics) {
        this(engine, deadline, finished, clock, metrics, () -> false);
    }

    /**
     * Creates a filter.
     *
     * @param engine called for each message, so that a reload takes effect with the next one
     * @param deadline the deadline of the engine at the end of a message; called for each message
     * @param finished called for every message that was decided on; must not throw, and must return quickly
     * @param metrics counts the messages of all engines that this filter uses
     * @param recordsDns whether {@link FinishedMessage#dns} has the DNS queries of a message, for a full explanation;
     *     called for each message
     */
    public EngineFilter(
            Supplier<CountersignEngine> engine,
            Supplier<Duration> deadline,
            Consumer<FinishedMessage> finished,
            InstantSource clock,
            MessageMetrics metrics,
            BooleanSupplier recordsDns) {
        this.engine = engine;
        this.deadline = deadline;
        this.finished = finished;
        this.clock = MeasuringClock.monotonicOf(clock);
        this.metrics = metrics;
        this.recordsDns = recordsDns;
    }

    /** Creates a filter with one engine for all messages. */
    public EngineFilter(CountersignEngine engine, Consumer<FinishedMessage> finished, InstantSource clock) {
        this(() -> engine, finished, clock);
    }

    @Override
    public MessageTransaction begin(Envelope envelope) {
        DnsRecorder recorder = recordsDns.getAsBoolean() ? DnsRecorder.of(clock) : DnsRecorder.OFF;
        MessageSession session = engine.get().open(transaction(envelope), recorder);
        return new EngineTransaction(envelope, session, recorder, clock.instant());
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
                    // The edits include the field that marks the message.
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
    private final class EngineTransaction implements MessageTransaction {
        private final Envelope envelope;
        private final MessageSession session;
        private final DnsRecorder recorder;
        private final Instant begun;
        private final List<String> firstRecipients = new ArrayList<>();
        private int recipients;
        private @Nullable HeaderField messageId;
        private long bodyOctets;
        private long decisionNanos;
        private Optional<FinishedMessage> concluded = Optional.empty();

        EngineTransaction(Envelope envelope, MessageSession session, DnsRecorder recorder, Instant begun) {
            this.envelope = envelope;
            this.session = session;
            this.recorder = recorder;
            this.begun = begun;
        }

        @Override
        public void recipient(String address) {
            if (recipients < AcceptedRecipients.MAX_KEPT) {
                firstRecipients.add(
                        address.length() <= AcceptedRecipients.MAX_LENGTH
                                ? address
                                : address.substring(0, AcceptedRecipients.MAX_LENGTH));
            }
            recipients++;
            session.recipient(address);
        }

        @Override
        public void header(HeaderField field) {
            if (messageId == null && field.is("Message-ID")) {
                messageId = FinishedMessage.bounded(field);
            }
            session.header(field);
        }

        @Override
        public void endOfHeaders() {
            session.endOfHeaders();
        }

        @Override
        public void body(byte[] octets, int offset, int length) {
            bodyOctets += length;
            session.body(octets, offset, length);
        }

        @Override
        public boolean isRefused() {
            return session instanceof MemoryMeteredSession metered && metered.isOverloaded();
        }

        @Override
        public FilterDecision finish(MacroValues macros) {
            Instant ended = metrics.isOn() ? clock.instant() : begun;
            MessageOutcome outcome = session.conclude();
            Instant decided = clock.instant();
            decisionNanos = Duration.between(ended, decided).toNanos();
            concluded = Optional.of(new FinishedMessage(
                    envelope,
                    macros,
                    new AcceptedRecipients(recipients, firstRecipients),
                    Optional.ofNullable(messageId),
                    bodyOctets,
                    outcome,
                    Duration.between(begun, decided),
                    recorder.trace()));
            return new FilterDecision(verdict(outcome.decision()), outcome.edits());
        }

        @Override
        public Duration decisionTimeout() {
            return deadline.get().plus(MARGIN);
        }

        @Override
        public void confirm() {
            concluded.ifPresent(message -> {
                metrics.count(message.outcome(), message.took().toNanos(), decisionNanos, bodyOctets);
                finished.accept(message);
            });
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
