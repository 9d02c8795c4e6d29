package org.countersign.cli;

import java.nio.file.Path;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code countersign store}. */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Maintains the store of the trace and of reports.",
            "",
            "Only a database that several hosts share needs it. The service prepares a file of its own."
        },
        footer = {
            "",
            "Examples:",
            "  countersign store migrate",
            "  countersign store migrate --config /etc/countersign/countersign.yaml"
        })
final class StoreCommand extends CommandGroup {
    private final Streams streams;

    StoreCommand(Streams streams) {
        this.streams = streams;
    }

    @Command(
            name = "migrate",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Brings a PostgreSQL database that several hosts share to the version of this program. There is no way"
                        + " back, so make a backup first.",
                "",
                "Install the new version on all hosts before. Hosts of an earlier version refuse the database from then"
                        + " on, and keep on their disks what they have for its reports. An empty database and an SQLite"
                        + " file are prepared by the service itself."
            },
            footer = {
                "",
                "Examples:",
                "  countersign store migrate",
                "  countersign store migrate --config /etc/countersign/countersign.yaml"
            })
    int migrate(@Mixin PolicyFileOption config) throws CommandFailure {
        Path file = config.file();
        StoreLocation location =
                PolicyFiles.read(file).extension(StoreSettings.SECTION).location(file);
        try {
            Store.Migration done = Store.migrate(location);
            streams.out()
                    .println(location
                            + (done.before() == done.now()
                                    ? " has store version " + done.now() + " already"
                                    : " was brought from store version " + done.before() + " to " + done.now()));
            return ExitStatus.OK.code();
        } catch (StoreFailure failure) {
            throw new CommandFailure(ExitStatus.of(failure.reason()), failure.problem());
        }
    }
}
