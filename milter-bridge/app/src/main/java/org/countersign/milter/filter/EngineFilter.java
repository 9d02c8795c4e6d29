package org.countersign.milter.filter;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.countersign.CountersignEngine;
import org.countersign.MessageLimits;
import org.countersign.MessageMetrics;
import org.countersign.dns.DnsRecorder;
import org.countersign.dns.MeasuringClock;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.MessageFilter;
import org.countersign.milter.session.MessageTransaction;

/** A milter filter that decides by a policy engine. Each message is an {@link EngineTransaction}. */
public final class EngineFilter implements MessageFilter {
    private final Supplier<CountersignEngine> engine;
    private final Supplier<Duration> deadline;
    private final Consumer<FinishedMessage> finished;
    private final InstantSource clock;
    private final MessageMetrics metrics;
    private final BooleanSupplier recordsDns;
    private final Supplier<List<String>> keptFields;
    private final AdmissionControl admission;
    private final InternalErrors errors;

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
        this(
                engine,
                deadline,
                finished,
                MeasuringClock.monotonicOf(clock),
                metrics,
                recordsDns,
                List::of,
                new AdmissionControl(() -> OverloadSettings.DEFAULT, () -> 0),
                new InternalErrors(MeasuringClock.monotonicOf(clock)));
    }

    private EngineFilter(
            Supplier<CountersignEngine> engine,
            Supplier<Duration> deadline,
            Consumer<FinishedMessage> finished,
            InstantSource clock,
            MessageMetrics metrics,
            BooleanSupplier recordsDns,
            Supplier<List<String>> keptFields,
            AdmissionControl admission,
            InternalErrors errors) {
        this.engine = engine;
        this.deadline = deadline;
        this.finished = finished;
        this.clock = clock;
        this.metrics = metrics;
        this.recordsDns = recordsDns;
        this.keptFields = keptFields;
        this.admission = admission;
        this.errors = errors;
    }

    /** This filter with another admission control and log of errors. */
    public EngineFilter with(AdmissionControl otherAdmission, InternalErrors otherErrors) {
        return new EngineFilter(
                engine, deadline, finished, clock, metrics, recordsDns, keptFields, otherAdmission, otherErrors);
    }

    /**
     * This filter with fields that {@link FinishedMessage#fields} has.
     *
     * @param names of the fields; called for each message
     */
    public EngineFilter keeping(Supplier<List<String>> names) {
        return new EngineFilter(engine, deadline, finished, clock, metrics, recordsDns, names, admission, errors);
    }

    /** Creates a filter with one engine for all messages. */
    public EngineFilter(CountersignEngine engine, Consumer<FinishedMessage> finished, InstantSource clock) {
        this(() -> engine, finished, clock);
    }

    @Override
    public MessageTransaction begin(Envelope envelope) {
        DnsRecorder recorder = recordsDns.getAsBoolean() ? DnsRecorder.of(clock) : DnsRecorder.OFF;
        EngineTransaction message = new EngineTransaction(this, envelope, recorder);
        message.open();
        return message;
    }

    Supplier<CountersignEngine> engine() {
        return engine;
    }

    Supplier<Duration> deadline() {
        return deadline;
    }

    Consumer<FinishedMessage> finished() {
        return finished;
    }

    InstantSource clock() {
        return clock;
    }

    MessageMetrics metrics() {
        return metrics;
    }

    List<String> keptFields() {
        return keptFields.get();
    }

    AdmissionControl admission() {
        return admission;
    }

    InternalErrors errors() {
        return errors;
    }
}
