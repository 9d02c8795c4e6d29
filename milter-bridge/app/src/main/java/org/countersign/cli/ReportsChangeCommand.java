package org.countersign.cli;

import java.nio.file.Path;
import java.time.InstantSource;
import org.countersign.domain.DomainName;
import org.countersign.reports.send.DeliveryChanges;
import org.countersign.reports.send.MailAddress;
import org.countersign.reports.source.NamedSources;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;
import org.countersign.syntax.Escapes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign reports change}: what the forms of the web page can do too. */
@Command(
        name = "change",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Names a source, or stops, resumes and retries reports to others.",
            "",
            "The store keeps the change. Nothing in the policy file is changed."
        })
final class ReportsChangeCommand extends CommandGroup {
    private final Streams streams;
    private final InstantSource clock;

    ReportsChangeCommand(Streams streams, InstantSource clock) {
        this.streams = streams;
        this.clock = clock;
    }

    @Command(
            name = "name",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Gives a source of mail in the name of a domain a name for people.",
                "",
                "With --sends the source is known: its failing mail counts as known but failing, not as unknown.",
                "",
                "An empty name removes the name."
            },
            footer = {
                "",
                "Examples:",
                "  countersign reports change name example.org 198.51.100.0/24 'Our newsletter' --sends",
                "  countersign reports change name example.org 'Our newsletter' ''"
            })
    int name(
            @Parameters(index = "0", paramLabel = "DOMAIN", description = "One of our own domains.") DomainName domain,
            @Parameters(index = "1", paramLabel = "SOURCE", description = "The source as in the list of sources.")
                    String source,
            @Parameters(index = "2", paramLabel = "NAME", description = "Its name; '' removes the name.") String name,
            @Option(names = "--sends", description = "It sends for this domain.") boolean sends,
            @Mixin PolicyFileOption config)
            throws CommandFailure {
        try {
            return change(config.file(), store -> {
                new NamedSources(store, clock).name(domain, source, name, sends);
                streams.out()
                        .println(
                                name.isBlank()
                                        ? "removed the name of " + Escapes.printable(source)
                                        : Escapes.printable(source) + " is now " + Escapes.printable(name.strip()));
                return ExitStatus.OK;
            });
        } catch (IllegalArgumentException unusable) {
            throw new CommandFailure(ExitStatus.USAGE, String.valueOf(unusable.getMessage()));
        }
    }

    @Command(
            name = "suppress",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Sends no more reports to an address, for 90 days.",
                "",
                "Use it if the owner of the address asks for it. The command resume ends it sooner."
            },
            footer = {
                "",
                "Examples:",
                "  countersign reports change suppress dmarc@example.net",
                "  countersign reports change suppress dmarc@example.net --config /etc/countersign/countersign.yaml"
            })
    int suppress(
            @Parameters(paramLabel = "ADDRESS", description = "As in the tag rua of a domain.") String address,
            @Mixin PolicyFileOption config)
            throws CommandFailure {
        MailAddress parsed = MailAddress.parse(address)
                .orElseThrow(() -> new CommandFailure(
                        ExitStatus.USAGE, Main.quoted(address) + " is not an address such as dmarc@example.net"));
        return change(config.file(), store -> {
            new DeliveryChanges(store, clock).suppress(parsed, "by hand");
            streams.out().println(parsed + " gets no reports for " + DeliveryChanges.SUPPRESSED.toDays() + " days");
            return ExitStatus.OK;
        });
    }

    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Sends reports to a suppressed address again, from the next ones on.",
                "",
                "An address is suppressed by hand, or after its mail came back. The command reports status lists such addresses."
            },
            footer = {
                "",
                "Examples:",
                "  countersign reports change resume dmarc@example.net",
                "  countersign reports change resume dmarc@example.net --config /etc/countersign/countersign.yaml"
            })
    int resume(
            @Parameters(paramLabel = "ADDRESS", description = "As countersign reports others shows it.") String address,
            @Mixin PolicyFileOption config)
            throws CommandFailure {
        return change(config.file(), store -> {
            if (new DeliveryChanges(store, clock).resume(address)) {
                streams.out().println(Escapes.printable(address) + " gets reports again");
                return ExitStatus.OK;
            }
            streams.err()
                    .println("countersign: " + Main.quoted(address)
                            + " is not suppressed: see countersign reports others");
            return ExitStatus.NONE_FOUND;
        });
    }

    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Tries the reports about a domain again that wait, failed or expired. The service sends them within"
                        + " a minute.",
                "",
                "Use it after the cause of the failure was removed."
            },
            footer = {
                "",
                "Examples:",
                "  countersign reports change retry example.net",
                "  countersign reports change retry example.net --config /etc/countersign/countersign.yaml"
            })
    int retry(
            @Parameters(paramLabel = "DOMAIN", description = "The domain that the reports are about.")
                    DomainName domain,
            @Mixin PolicyFileOption config)
            throws CommandFailure {
        return change(config.file(), store -> {
            int tried = new DeliveryChanges(store, clock).retry(domain);
            if (tried == 0) {
                streams.err()
                        .println("countersign: no report about " + domain
                                + " waits or has failed: see countersign reports others");
                return ExitStatus.NONE_FOUND;
            }
            streams.out().println(TextTable.counted(tried, "report") + " about " + domain + " to be tried again now");
            return ExitStatus.OK;
        });
    }

    private interface Change {
        ExitStatus run(Store store) throws StoreFailure;
    }

    private static int change(Path file, Change change) throws CommandFailure {
        StoreLocation location =
                PolicyFiles.read(file).extension(StoreSettings.SECTION).location(file);
        try (Store store = Store.openForWriting(location)) {
            return change.run(store).code();
        } catch (StoreFailure failure) {
            throw ReportsOptions.failure(failure);
        }
    }
}
