package org.countersign.cli;

import java.util.concurrent.Callable;
import org.countersign.reports.send.ReportPlan;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign reports plan}. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows which reports about a day would be sent, to whom, and which not, with the reason. Sends nothing.",
            "",
            "Use it before you let the service send reports."
        },
        footer = {"", "Examples:", "  countersign reports plan", "  countersign reports plan --day 2026-11-27"})
final class ReportsPlanCommand implements Callable<Integer> {
    private static final int DEFAULT_LIMIT = 200;

    private final Streams streams;

    @Mixin
    private final DayOption day = new DayOption();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "For how many reports, largest first, the addresses are looked up. Default: 200.")
    private int limit = DEFAULT_LIMIT;

    @Mixin
    private final SendOptions options = new SendOptions();

    ReportsPlanCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CommandFailure {
        SendOptions.Read read = options.read();
        try (Store store = Store.openForReading(read.store())) {
            ReportPlan plan = ReportPlan.of(
                    store, read.policy(), options.clock(), day.number(options.clock()), Math.max(0, limit));
            new SendText(streams.out()).plan(plan, read.policy().settings().isOn());
            return ExitStatus.OK.code();
        } catch (StoreFailure failure) {
            throw ReportsOptions.failure(failure);
        }
    }
}
