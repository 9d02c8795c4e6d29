package org.countersign.ops;

import java.time.InstantSource;
import java.util.function.Supplier;
import org.countersign.dns.MeasuringClock;
import org.countersign.metrics.Meter;
import org.countersign.milter.filter.AdmissionControl;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.filter.InternalErrors;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.log.EventLog;

/** Measures, limits and logs the load of the service. */
final class OverloadProtection implements AutoCloseable {
    private final ProcessorDelay delay;
    private final AdmissionControl admission;
    private final InternalErrors errors;
    private final OverloadLog log;

    private OverloadProtection(
            ProcessorDelay delay, AdmissionControl admission, InternalErrors errors, OverloadLog log) {
        this.delay = delay;
        this.admission = admission;
        this.errors = errors;
        this.log = log;
    }

    /**
     * Begins to measure.
     *
     * @param policy called for each message, so that a reload takes effect with the next one
     */
    static OverloadProtection start(Supplier<LoadedPolicy> policy, Meter meter, EventLog log, InstantSource clock) {
        ProcessorDelay delay = ProcessorDelay.start();
        AdmissionControl admission = new AdmissionControl(
                () -> policy.get().configuration().extension(OverloadSection.SECTION), delay::nanos);
        admission.register(meter);
        InternalErrors errors = new InternalErrors(MeasuringClock.monotonicOf(clock));
        errors.register(meter);
        return new OverloadProtection(delay, admission, errors, OverloadLog.start(admission, log));
    }

    /** A filter that evaluates only the messages for which there is room. */
    EngineFilter protect(EngineFilter filter) {
        return filter.with(admission, errors);
    }

    @Override
    public void close() {
        log.close();
        delay.close();
    }
}
