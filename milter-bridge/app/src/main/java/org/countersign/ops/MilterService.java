package org.countersign.ops;

import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.countersign.MessageMetrics;
import org.countersign.metrics.MetricRegistry;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.milter.filter.MessageLog;
import org.countersign.milter.server.BindFailure;
import org.countersign.ops.log.LogSettings;
import org.countersign.ops.log.ServiceLog;
import org.countersign.ops.log.SystemLog;
import org.countersign.ops.systemd.ServiceManager;
import org.countersign.ops.systemd.ServiceStatus;
import org.countersign.reports.ReportCounting;
import org.countersign.reports.ReportSending;
import org.countersign.reports.send.SmtpSubmission;
import org.countersign.service.FileFailure;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.PolicySource;
import org.countersign.service.SystemClock;
import org.countersign.service.log.EngineLog;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.trace.TraceSettings;

/** The milter service: serves mail servers until a signal or an interrupt ends it, and logs what happens meanwhile. */
public final class MilterService {
    private final InstantSource clock = new SystemClock();
    private final ServiceLog serviceLog;
    private final EventLog log = new SystemLog();
    private final MetricRegistry metrics = new MetricRegistry();
    private final Health health = new Health();
    private final AtomicReference<Runnable> reload = new AtomicReference<>(() -> {});

    /**
     * @param standardError where the log is written, unless the policy file names another destination
     * @param debug whether events that only help to find errors of the program are logged
     */
    public MilterService(PrintStream standardError, boolean debug) {
        this.serviceLog = new ServiceLog(standardError, debug);
    }

    /**
     * Serves until the end.
     *
     * @param policyFile the policy file, which is reloaded when it changes; empty for the default settings
     * @throws FileFailure if the policy file or a file that it names cannot be used
     * @throws BindFailure if the service cannot listen on one of its addresses
     */
    public void run(Optional<Path> policyFile) throws FileFailure, BindFailure {
        try (ServiceManager manager = ServiceManager.of(
                        System.getenv(), ProcessHandle.current().pid(), log);
                ServiceSignals signals =
                        ServiceSignals.install(() -> reload.get().run());
                serviceLog) {
            try {
                run(policyFile, signals, manager);
            } catch (BindFailure failure) {
                // The command line writes the reason to standard error.
                if (!serviceLog.isOnStandardError()) {
                    log.write(new LogEvent("server", Level.ERROR, "not-started")
                            .with("problem", String.valueOf(failure.getMessage())));
                }
                throw failure;
            }
        }
    }

    @SuppressWarnings("try") // The pages are opened only to be closed at the end.
    private void run(Optional<Path> policyFile, ServiceSignals signals, ServiceManager manager)
            throws FileFailure, BindFailure {
        BridgePolicyLog policies = new BridgePolicyLog(log, serviceLog::apply);
        ServiceStatus status = new ServiceStatus(manager);
        ReloadMetrics reloads = new ReloadMetrics(policies, metrics, clock);
        try (PolicySource source = source(policyFile, status.following(reloads))) {
            LoadedPolicy policy = source.policy();
            WrittenFile.requireOwnDirectories(policyFile.orElse(Path.of("")), policy.configuration());
            ServiceMetrics.register(metrics, source::policy, policy.engine().memory(), health);
            serviceLog.start(LogSettings.of(policy.configuration()));
            metrics.counter(ServiceMetrics.DROPPED_LINES, serviceLog::droppedLines);
            WebPage page = WebPage.start(
                    policyFile,
                    source::policy,
                    policy.configuration().extension(TraceSettings.SECTION).isOn(),
                    clock,
                    log);
            try (Monitoring monitoring = monitoring(source, page);
                    OverloadProtection protection = OverloadProtection.start(source::policy, metrics, log, clock);
                    MessageTrace trace = MessageTrace.start(policyFile, policy.configuration(), clock, log, metrics);
                    ReportCounting counting =
                            ReportCounting.start(policyFile, policy.configuration(), clock, log, metrics);
                    ReportSending sending =
                            ReportSending.start(policyFile, source::policy, new SmtpSubmission(), clock, log, metrics);
                    ReportReceiving receiving = ReportReceiving.start(policyFile, source::policy, clock, log, metrics);
                    SourceSums sums = SourceSums.start(policyFile, source::policy, clock, log, metrics)) {
                policies.started(policy);
                MessageMetrics messages =
                        HttpSettings.of(policy.configuration()).isOn()
                                ? new MessageMetrics(metrics)
                                : MessageMetrics.NONE;
                reloads.started(policy, messages);
                reload.set(() -> {
                    serviceLog.reopen();
                    status.reloading();
                    source.reload();
                });
                new ServerLifecycle(source, manager, status, health, metrics, log)
                        .run(protection.protect(filter(source, trace, counting, sending, page, messages)), signals);
            }
        }
    }

    private Monitoring monitoring(PolicySource source, WebPage page) {
        return Monitoring.start(
                HttpSettings.of(source.policy().configuration()),
                () -> page.with(Monitoring.pages(
                        List.of(
                                metrics::readings,
                                () -> KeyMetrics.readings(source.policy()),
                                () -> source.policy().dns().metrics().readings()),
                        health)),
                log);
    }

    private EngineFilter filter(
            PolicySource source,
            MessageTrace trace,
            ReportCounting counting,
            ReportSending sending,
            WebPage page,
            MessageMetrics messages) {
        return new EngineFilter(
                        source,
                        () -> source.policy().configuration().dns().deadline(),
                        page.after(reported(
                                sending,
                                counted(
                                        counting,
                                        trace.after(new MessageLog(() -> LogSettings.of(
                                                        source.policy().configuration())
                                                .message()))))),
                        clock,
                        messages,
                        trace::isOn)
                .keeping(sending::keptFields);
    }

    /** Counts each message after another consumer, if messages are counted at all. */
    private static Consumer<FinishedMessage> counted(ReportCounting counting, Consumer<FinishedMessage> other) {
        return counting.isOn()
                ? other.andThen(message -> counting.accept(message.outcome(), message.queueId()))
                : other;
    }

    /** Reports the failure of each message after another consumer, if reports are sent at all. */
    private static Consumer<FinishedMessage> reported(ReportSending sending, Consumer<FinishedMessage> other) {
        return sending.isOn()
                ? other.andThen(message -> sending.accept(
                        message.outcome(),
                        () -> message.macros()
                                .hostName()
                                .or(() -> message.envelope().macros().hostName()),
                        message.fields()))
                : other;
    }

    private PolicySource source(Optional<Path> policyFile, PolicySource.Listener policies) throws FileFailure {
        EngineLog engineLog = new EngineLog(log);
        return policyFile.isEmpty()
                ? PolicySource.ofDefaults(BridgeConfiguration.FRONT_END, clock, policies, engineLog)
                : PolicySource.ofFile(
                        policyFile.get(),
                        BridgeConfiguration.FRONT_END,
                        clock,
                        PolicySource.DEFAULT_INTERVAL,
                        policies,
                        engineLog);
    }
}
