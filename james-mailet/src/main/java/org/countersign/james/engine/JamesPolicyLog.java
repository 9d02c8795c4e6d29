package org.countersign.james.engine;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.reports.ReportCounting;
import org.countersign.reports.ReportSending;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.PolicySource;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.service.log.PolicyLog;

/** Logs reloads of a policy file, and which settings wait for a restart of James. */
final class JamesPolicyLog implements PolicySource.Listener {
    private final EventLog log;
    private final PolicyLog policies;
    private volatile Optional<Configuration> running = Optional.empty();

    JamesPolicyLog(EventLog log) {
        this.log = log;
        this.policies = new PolicyLog(log);
    }

    /** Logs the warnings about the first policy. */
    void started(LoadedPolicy policy) {
        running = Optional.of(policy.configuration());
        PolicyLog.publicSuffixList(policy.configuration(), log);
        policies.warnings(policy);
    }

    @Override
    public void reloaded(LoadedPolicy before, LoadedPolicy now) {
        policies.reloaded(before, now);
        List<String> waiting = new ArrayList<>();
        running.ifPresent(configuration -> {
            waiting.addAll(ReportCounting.waitingForRestart(configuration, now.configuration()));
            waiting.addAll(ReportSending.waitingForRestart(configuration, now.configuration()));
        });
        if (!waiting.isEmpty()) {
            log.write(
                    new LogEvent("server", Level.WARNING, "restart-needed")
                            .with("settings", String.join(",", waiting))
                            .with(
                                    "problem",
                                    "messages are counted, and reports sent, as before until James is restarted; all else is in effect"));
        }
    }

    @Override
    public void refused(List<String> problems) {
        policies.refused(problems);
    }
}
