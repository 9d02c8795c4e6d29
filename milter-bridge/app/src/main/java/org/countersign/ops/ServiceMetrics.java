package org.countersign.ops;

import java.util.function.Supplier;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.policy.Mode;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.RsaSelection;
import org.countersign.smtp.MemoryBudget;
import org.countersign.syntax.Keyword;

/** The metrics of the service that nothing counts, because they are there to be read. */
final class ServiceMetrics {
    static final Metric BUILD = Metric.gauge(
            "countersign_build_info", "Always 1; the labels are the version and what computes signatures.");
    static final Metric READY =
            Metric.gauge("countersign_ready", "1 while the service takes new mail; 0 while it starts or stops.");
    static final Metric MODE = Metric.gauge("countersign_policy_mode", "1 for the mode in effect; 0 for the other.");
    static final Metric RULES =
            Metric.gauge("countersign_policy_rules", "Rules for inbound mail, the built-in ones included.");
    static final Metric WARNINGS =
            Metric.gauge("countersign_policy_warnings", "Warnings about the files in effect, which the log explains.");
    static final Metric MEMORY =
            Metric.gauge("countersign_message_memory_bytes", "Memory that all messages in flight reserve.");
    static final Metric MAX_MEMORY =
            Metric.gauge("countersign_message_memory_max_bytes", "Memory that all messages in flight may reserve.");
    static final Metric REFUSALS = Metric.counter(
            "countersign_message_memory_refusals_total",
            "Messages, or packets of one, that found no memory, so that the message was not evaluated.");

    static final Metric DROPPED_LINES = Metric.counter(
            "countersign_log_dropped_lines_total",
            "Log lines dropped because the queue was full or the destination did not take them.");

    private ServiceMetrics() {}

    /** Registers all of them. */
    static void register(Meter meter, Supplier<LoadedPolicy> policy, MemoryBudget memory, Health health) {
        String version = ServiceMetrics.class.getPackage().getImplementationVersion();
        meter.gauge(
                BUILD,
                () -> 1,
                new Label("version", version == null ? "unknown" : version),
                new Label("crypto", RsaSelection.describe(policy.get().rsa())));
        meter.gauge(READY, () -> health.stage() == Health.Stage.READY ? 1 : 0);
        for (Mode mode : Mode.values()) {
            meter.gauge(
                    MODE,
                    () -> policy.get().configuration().mode() == mode ? 1 : 0,
                    new Label("mode", Keyword.of(mode)));
        }
        meter.gauge(
                RULES,
                () -> policy.get()
                        .configuration()
                        .policy()
                        .policyRules()
                        .rules()
                        .size());
        meter.gauge(WARNINGS, () -> policy.get().warnings().size());
        meter.gauge(MEMORY, memory::used);
        meter.gauge(MAX_MEMORY, memory::limit);
        meter.counter(REFUSALS, memory::refusals);
    }
}
