package org.countersign.cli;

import java.time.Instant;
import java.util.concurrent.Callable;
import org.countersign.reports.send.SendStatus;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign reports status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows what became of the reports that are sent: by day, what is due next, what failed, and which"
                    + " addresses get none.",
            "",
            "What failed is tried again until it is too old. The command reports change retry tries it at once."
        },
        footer = {
            "",
            "Examples:",
            "  countersign reports status",
            "  countersign reports status --config /etc/countersign/countersign.yaml"
        })
final class ReportsStatusCommand implements Callable<Integer> {
    private final Streams streams;

    @Option(names = "--json", description = "Write one JSON object.")
    private boolean json;

    @Mixin
    private final SendOptions options = new SendOptions();

    ReportsStatusCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CommandFailure {
        SendOptions.Sent sent = options.sent();
        try (Store store = Store.openForReading(sent.store())) {
            Instant now = options.clock().instant();
            SendStatus status = SendStatus.read(store, now);
            if (json) {
                JsonOutput.write(SendText.explanation(status, sent.isOn()), streams.out());
            } else {
                new SendText(streams.out()).status(status, sent.isOn(), now);
            }
            return ExitStatus.OK.code();
        } catch (StoreFailure failure) {
            throw ReportsOptions.failure(failure);
        }
    }
}
