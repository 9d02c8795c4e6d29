package org.countersign.cli;

import java.lang.System.Logger.Level;
import java.util.concurrent.Callable;
import org.countersign.reports.send.MailAddress;
import org.countersign.reports.send.ManualSending;
import org.countersign.reports.send.ReportPlan;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign reports send}. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Sends the reports about a day at once, and everything else that is due.",
        footer = {
            "",
            "Examples:",
            "  countersign reports send",
            "  countersign reports send --day 2026-11-27",
            "",
            "",
            "The service sends reports by itself. Each report is sent by one of the two.",
            "Exit status: 0 done, 1 the day is not complete or something was not accepted,",
            "64 and above: an error."
        })
final class ReportsSendCommand implements Callable<Integer> {
    private static final int DRY_RUN_LIMIT = 1_000;

    private final Streams streams;

    @Mixin
    private final DayOption day = new DayOption();

    @Option(names = "--dry-run", description = "Send nothing, and show what would be sent, as plan does.")
    private boolean dryRun;

    @Mixin
    private final SendOptions options = new SendOptions();

    ReportsSendCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CommandFailure {
        SendOptions.Read read = options.read();
        SendText text = new SendText(streams.out());
        try {
            if (dryRun) {
                try (Store store = Store.openForReading(read.store())) {
                    text.plan(
                            ReportPlan.of(
                                    store, read.policy(), options.clock(), day.number(options.clock()), DRY_RUN_LIMIT),
                            read.policy().settings().isOn());
                }
                return ExitStatus.OK.code();
            }
            MailAddress from = read.policy()
                    .settings()
                    .from()
                    .orElseThrow(() -> new CommandFailure(
                            ExitStatus.CONFIGURATION,
                            "reports.send.from is not set: name the address that reports are sent from"));
            ManualSending.Summary summary = new ManualSending(read.store(), read.policy(), options.clock(), event -> {
                        if (event.level().compareTo(Level.WARNING) < 0) {
                            text.event(event);
                        } else {
                            new SendText(streams.err()).event(event);
                        }
                    })
                    .run(from, day.number(options.clock()));
            text.summary(summary);
            boolean complete = summary.notReady().isEmpty() && summary.postponed() == 0 && summary.failed() == 0;
            return (complete ? ExitStatus.OK : ExitStatus.CHECK_FAILED).code();
        } catch (StoreFailure failure) {
            throw ReportsOptions.failure(failure);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitStatus.IO, "interrupted; what was sent is noted");
        }
    }
}
