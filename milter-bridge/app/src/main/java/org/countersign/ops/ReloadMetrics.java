package org.countersign.ops;

import java.time.InstantSource;
import java.util.List;
import org.countersign.MessageMetrics;
import org.countersign.metrics.Counter;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.PolicySource;

/**
 * Counts reloads of the policy file, and passes the news on. Creates the metrics of the rules and keys of each policy, so
 * that they exist before they are used.
 */
final class ReloadMetrics implements PolicySource.Listener {
    static final Metric RELOADS =
            Metric.counter("countersign_policy_reloads_total", "Attempts to load changed files, by their result.");
    static final Metric LAST_SUCCESSFUL = Metric.gauge(
            "countersign_policy_last_reload_successful",
            "1 if the files in effect are the newest ones; 0 if newer files were refused.");
    static final Metric LAST_SUCCESS_TIME = Metric.gauge(
            "countersign_policy_last_reload_success_timestamp_seconds",
            "When the files in effect were loaded, or found to be unchanged by a requested reload.");

    private final PolicySource.Listener next;
    private final InstantSource clock;
    private final Counter successes;
    private final Counter failures;
    private volatile MessageMetrics messages = MessageMetrics.NONE;
    private volatile boolean successful = true;
    private volatile long successTime;

    /**
     * @param next receives the same news
     * @param clock the time of day
     */
    ReloadMetrics(PolicySource.Listener next, Meter meter, InstantSource clock) {
        this.next = next;
        this.clock = clock;
        this.successes = meter.counter(RELOADS, new Label("result", "success"));
        this.failures = meter.counter(RELOADS, new Label("result", "failure"));
        this.successTime = clock.instant().getEpochSecond();
        meter.gauge(LAST_SUCCESSFUL, () -> successful ? 1 : 0);
        meter.gauge(LAST_SUCCESS_TIME, () -> successTime);
    }

    /** The first policy, and the metrics of messages for it and for all that follow. */
    void started(LoadedPolicy policy, MessageMetrics counted) {
        messages = counted;
        prepare(policy);
    }

    private void prepare(LoadedPolicy policy) {
        policy.configuration().policy().policyRules().rules().forEach(rule -> messages.prepareRule(rule.name()));
        policy.firstKeys().forEach(key -> messages.prepareKey(key.domain(), key.selector()));
    }

    private void succeeded() {
        successTime = clock.instant().getEpochSecond();
        successful = true;
    }

    @Override
    public void reloaded(LoadedPolicy before, LoadedPolicy now) {
        successes.increment();
        succeeded();
        prepare(now);
        next.reloaded(before, now);
    }

    @Override
    public void unchanged(LoadedPolicy policy) {
        succeeded();
        next.unchanged(policy);
    }

    @Override
    public void refused(List<String> problems) {
        failures.increment();
        successful = false;
        next.refused(problems);
    }

    @Override
    public void withoutFile() {
        next.withoutFile();
    }
}
