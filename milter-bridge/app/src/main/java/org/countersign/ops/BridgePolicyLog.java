package org.countersign.ops;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.countersign.config.Configuration;
import org.countersign.ops.log.LogSettings;
import org.countersign.reports.ReportCounting;
import org.countersign.reports.ReportSending;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.PolicySource;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.service.log.PolicyLog;

/** Logs reloads of the policy file and the changed settings that only a restart applies, and lets the log follow its own. */
final class BridgePolicyLog implements PolicySource.Listener {
    private final EventLog log;
    private final Consumer<LogSettings> settings;
    private final PolicyLog policies;

    private volatile BridgeConfiguration running = BridgeConfiguration.DEFAULT;
    private volatile HttpSettings runningHttp = HttpSettings.OFF;
    private volatile Optional<Configuration> runningTrace = Optional.empty();

    /**
     * @param settings receives the settings of the log in a new policy, before the first line about it
     */
    BridgePolicyLog(EventLog log, Consumer<LogSettings> settings) {
        this.log = log;
        this.settings = settings;
        this.policies = new PolicyLog(log);
    }

    /** Logs the warnings about the first policy, whose settings the server starts with. */
    void started(LoadedPolicy policy) {
        policies.warnings(policy);
        running = BridgeConfiguration.of(policy.configuration());
        runningHttp = HttpSettings.of(policy.configuration());
        runningTrace = Optional.of(policy.configuration());
    }

    @Override
    public void reloaded(LoadedPolicy before, LoadedPolicy now) {
        settings.accept(LogSettings.of(now.configuration()));
        policies.reloaded(before, now);
        restartNeeded(now);
    }

    @Override
    public void unchanged(LoadedPolicy policy) {
        policies.unchanged(policy);
        restartNeeded(policy);
    }

    @Override
    public void refused(List<String> problems) {
        policies.refused(problems);
    }

    /** Compares with the settings of the running server, not with those of the last file. */
    private void restartNeeded(LoadedPolicy now) {
        List<String> waiting = new ArrayList<>(running.waitingForRestart(BridgeConfiguration.of(now.configuration())));
        if (!runningHttp.equals(HttpSettings.of(now.configuration()))) {
            waiting.add("http");
        }
        runningTrace.ifPresent(running -> waiting.addAll(MessageTrace.waitingForRestart(running, now.configuration())));
        runningTrace.ifPresent(
                running -> waiting.addAll(ReportCounting.waitingForRestart(running, now.configuration())));
        runningTrace.ifPresent(
                running -> waiting.addAll(ReportSending.waitingForRestart(running, now.configuration())));
        runningTrace.ifPresent(
                running -> waiting.addAll(ReportReceiving.waitingForRestart(running, now.configuration())));
        if (!waiting.isEmpty()) {
            log.write(new LogEvent("server", Level.WARNING, "restart-needed")
                    .with("settings", String.join(",", waiting))
                    .with("problem", "these settings take effect after a restart; all others are in effect"));
        }
    }

    @Override
    public void withoutFile() {
        log.write(new LogEvent("server", Level.WARNING, "not-reloaded")
                .with("problem", "there is no policy file: start serve with --config FILE"));
    }
}
