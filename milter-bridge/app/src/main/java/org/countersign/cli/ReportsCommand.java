package org.countersign.cli;

import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.countersign.config.Configuration;
import org.countersign.reports.view.Overview;
import org.countersign.reports.view.ReportViews;
import org.countersign.reports.view.ViewExplanations;
import org.countersign.store.StoreFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code countersign reports}: the overview, and the parent of all commands about DMARC reports. */
@Command(
        name = "reports",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        synopsisSubcommandLabel = "[COMMAND]",
        description = "Shows what DMARC reports say about our own domains; without a command, an overview.",
        footer = {
            "",
            "Examples:",
            "  countersign reports",
            "  countersign reports show example.org --days 90",
            "  countersign reports ready example.org",
        })
final class ReportsCommand implements Callable<Integer> {
    private final Streams streams;
    private final InstantSource clock;

    @Mixin
    private final ReportsOptions options = new ReportsOptions();

    private ReportsCommand(Streams streams, InstantSource clock) {
        this.streams = streams;
        this.clock = clock;
    }

    /** The command with its subcommands. */
    static CommandLine create(Streams streams, InstantSource clock) {
        return new CommandLine(new ReportsCommand(streams, clock))
                .addSubcommand(new ReportsOpenCommand(streams, clock))
                .addSubcommand(new ReportsPlanCommand(streams))
                .addSubcommand(new ReportsSendCommand(streams))
                .addSubcommand(new ReportsStatusCommand(streams))
                .addSubcommand(new ReportsConsumeCommand(streams, clock))
                .addSubcommand(new ReportsReceiveCommand(streams, clock, System.getenv()));
    }

    @Override
    public Integer call() throws CommandFailure {
        Configuration configuration = options.configuration();
        try (ReportViews views = options.open(clock)) {
            Overview overview = views.overview(options.period(views));
            if (options.json()) {
                ReportsOptions.writeJson(ViewExplanations.of(overview), streams);
            } else {
                new ReportsText(streams.out()).overview(overview);
            }
            return ExitStatus.OK.code();
        } catch (StoreFailure failure) {
            if (failure.reason() != StoreFailure.Reason.MISSING || options.json()) {
                throw ReportsOptions.failure(failure);
            }
            new ReportsText(streams.out())
                    .setup(!options.ownDomains(configuration).domains().isEmpty());
            return ExitStatus.OK.code();
        }
    }
}
