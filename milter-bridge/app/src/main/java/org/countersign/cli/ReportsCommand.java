package org.countersign.cli;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import org.countersign.config.Configuration;
import org.countersign.config.KeyEntry;
import org.countersign.dns.DnsClient;
import org.countersign.domain.DomainName;
import org.countersign.explain.Explanation;
import org.countersign.reports.source.OwnDomains;
import org.countersign.reports.view.Digest;
import org.countersign.reports.view.Overview;
import org.countersign.reports.view.Readiness;
import org.countersign.reports.view.ReceivedReports;
import org.countersign.reports.view.ReportViews;
import org.countersign.reports.view.Source;
import org.countersign.reports.view.ViewExplanations;
import org.countersign.service.DnsResolver;
import org.countersign.store.StoreFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign reports}: the overview, and the parent of all commands about DMARC reports. */
@Command(
        name = "reports",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        synopsisSubcommandLabel = "[COMMAND]",
        description = {
            "Shows what DMARC reports say about our own domains; without a command, an overview.",
            "",
            "The numbers come from the reports that the command receive has stored. The commands below show parts of them."
        },
        footer = {
            "",
            "Examples:",
            "  countersign reports",
            "  countersign reports show example.org --days 90",
            "  countersign reports ready example.org",
        })
final class ReportsCommand implements Callable<Integer> {
    private static final String DOMAIN = "One of our own domains.";

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
                .addSubcommand(new ReportsEstimateCommand(streams))
                .addSubcommand(new ReportsConsumeCommand(streams, clock))
                .addSubcommand(new ReportsReceiveCommand(streams, clock, System.getenv()))
                .addSubcommand(new ReportsChangeCommand(streams, clock));
    }

    @Override
    public Integer call() throws CommandFailure {
        Configuration configuration = options.configuration();
        OwnDomains own = options.ownDomains(configuration);
        try (ReportViews views = options.open(configuration, clock)) {
            Overview overview = views.overview(options.period(views));
            if (options.json()) {
                JsonOutput.write(ViewExplanations.of(overview), streams.out());
            } else {
                new ReportsText(streams.out()).overview(overview, views.lastReport(overview.period()));
            }
            return ExitStatus.OK.code();
        } catch (StoreFailure failure) {
            if (failure.reason() != StoreFailure.Reason.MISSING || options.json()) {
                throw ReportsOptions.failure(failure);
            }
            new ReportsText(streams.out()).setup(names(own));
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Shows the mail in the name of a domain day by day: passed, forwarded, known but failing,"
                        + " unknown.",
                "",
                "Unknown mail is either forged, or of a source that nobody knows yet. The command sources shows where it came from."
            },
            footer = {
                "",
                "Examples:",
                "  countersign reports show example.org",
                "  countersign reports show example.org --days 90"
            })
    int show(@Parameters(paramLabel = "DOMAIN", description = DOMAIN) DomainName domain, @Mixin ReportsOptions options)
            throws CommandFailure {
        return view(
                options,
                views -> ours(views, domain).history(domain, options.period(views)),
                ViewExplanations::of,
                text()::history);
    }

    @Command(
            name = "sources",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Lists the sources of mail in the name of a domain, by organization: what kind they are, how much of"
                        + " their mail has an aligned pass, when they were seen, and what to do.",
                "",
                "Kinds: ours (our networks), sender (an aligned pass in 90 days), forwarder, failing (was a sender,"
                        + " or has the name of one), unknown.",
                "",
                "The command source shows one of them."
            },
            footer = {
                "",
                "Examples:",
                "  countersign reports sources example.org",
                "  countersign reports sources example.org --days 90"
            })
    int sources(
            @Parameters(paramLabel = "DOMAIN", description = DOMAIN) DomainName domain, @Mixin ReportsOptions options)
            throws CommandFailure {
        return view(
                options,
                views -> ours(views, domain).sources(domain, options.period(views)),
                ViewExplanations::of,
                text()::sources);
    }

    @Command(
            name = "source",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Shows one source: signatures, addresses, envelopes, reporters, and what to do.",
                "",
                "The name is one that reports sources lists. Use it before you name the source or change its settings."
            },
            footer = {
                "",
                "Examples:",
                "  countersign reports source example.org esp.example",
                "  countersign reports source example.org esp.example --days 90",
                "",
                "",
                "Exit status: 0 found, 1 none found, 64 and above: an error."
            })
    int source(
            @Parameters(index = "0", paramLabel = "DOMAIN", description = DOMAIN) DomainName domain,
            @Parameters(index = "1", paramLabel = "NAME", description = "Its name in the list of sources.") String name,
            @Mixin ReportsOptions options)
            throws CommandFailure {
        return run(options, views -> {
            Optional<Source> source = ours(views, domain).source(domain, name, options.period(views));
            if (source.isEmpty()) {
                streams.err()
                        .println("countersign: no mail of " + Main.quoted(name)
                                + " in these days: see countersign reports sources " + domain
                                + ", or give more --days");
                return ExitStatus.NONE_FOUND.code();
            }
            write(options, source.get(), ViewExplanations::of, details()::source);
            return ExitStatus.OK.code();
        });
    }

    @Command(
            name = "ready",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Tells whether a domain is ready for p=reject, with the evidence of each reason, and which mail would"
                        + " have been refused.",
                "",
                "The answer is about the last 30 days; --days has no effect.",
                "",
                "Nothing is published."
            },
            footer = {
                "",
                "Examples:",
                "  countersign reports ready example.org",
                "  countersign reports ready example.org --json",
                "",
                "Exit status: 0 yes, 1 not yet, 2 cannot tell, 64 and above: an error."
            })
    int ready(@Parameters(paramLabel = "DOMAIN", description = DOMAIN) DomainName domain, @Mixin ReportsOptions options)
            throws CommandFailure {
        return run(options, views -> {
            Readiness ready = ours(views, domain).ready(domain, options.unauthenticated());
            write(options, ready, ViewExplanations::of, details()::ready);
            return switch (ready.answer()) {
                case YES -> ExitStatus.OK.code();
                case NOT_YET -> ExitStatus.NOT_READY.code();
                case CANNOT_TELL -> ExitStatus.CANNOT_TELL.code();
            };
        });
    }

    @Command(
            name = "selectors",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Lists the DKIM selectors of a domain: how much is valid, when it was seen, which key the DNS"
                        + " has now, and which are ready to retire.",
                "",
                "Use it before a key is retired. A selector that nobody has seen for weeks is ready."
            },
            footer = {
                "",
                "Examples:",
                "  countersign reports selectors example.org",
                "  countersign reports selectors example.org --days 90"
            })
    int selectors(
            @Parameters(paramLabel = "DOMAIN", description = DOMAIN) DomainName domain,
            @Option(names = "--no-dns", description = "Query no DNS server.") boolean noDns,
            @Mixin ReportsOptions options)
            throws CommandFailure {
        Configuration configuration = options.configuration();
        List<KeyEntry> keys = options.keys(configuration);
        Optional<DnsClient> dns = noDns
                ? Optional.empty()
                : Optional.of(DnsResolver.of(configuration.dns(), clock).cache());
        return view(
                options,
                views -> ours(views, domain).selectors(domain, options.period(views), keys, dns),
                ViewExplanations::of,
                details()::selectors);
    }

    @Command(
            name = "others",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Shows our reports about other domains: made, sent, failed, suppressed, and why nothing was" + " sent.",
                "",
                "It tells what other systems learn from this one. The command reports status shows what is due next."
            },
            footer = {"", "Examples:", "  countersign reports others", "  countersign reports others --days 7"})
    int others(@Mixin ReportsOptions options) throws CommandFailure {
        return view(options, views -> views.others(options.period(views)), ViewExplanations::of, mail()::others);
    }

    @Command(
            name = "received",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Shows which reports came in, by reporter, and how they deviate from the format.",
                "",
                "A report that deviates is used as far as it can be read. The command reports refused shows the others."
            },
            footer = {"", "Examples:", "  countersign reports received", "  countersign reports received --days 7"})
    int received(@Mixin ReportsOptions options) throws CommandFailure {
        List<String> domains = names(options.ownDomains(options.configuration()));
        return run(options, views -> {
            ReceivedReports received = views.received(options.period(views));
            Optional<Instant> last = views.lastReport(received.period());
            write(options, received, ViewExplanations::of, shown -> mail().received(shown, domains, last));
            return ExitStatus.OK.code();
        });
    }

    @Command(
            name = "refused",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Shows what came in as a report and was refused, and why.",
                "",
                "A refused report changes no number. Its reason is what to tell its sender."
            },
            footer = {"", "Examples:", "  countersign reports refused", "  countersign reports refused --days 7"})
    int refused(@Mixin ReportsOptions options) throws CommandFailure {
        return view(options, views -> views.refused(options.period(views)), ViewExplanations::of, mail()::refused);
    }

    @Command(
            name = "digest",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Writes the last days of all domains as a text for a mail, compared with as many days before.",
                "",
                "It is meant for cron. Run it once in as many days as it shows. The last day is yesterday, because reports"
                        + " about a day come on the next one."
            },
            footer = {
                "",
                "Examples:",
                "  countersign reports digest --days 7 | mail -s DMARC postmaster",
                "  countersign reports digest --days 1"
            })
    int digest(@Mixin ReportsOptions options) throws CommandFailure {
        List<String> domains = names(options.ownDomains(options.configuration()));
        return run(options, views -> {
            Digest digest = views.digest(options.period(views).oneDayEarlier());
            Optional<Instant> last = views.lastReport(digest.overview().period());
            write(options, digest, ViewExplanations::of, shown -> text().digest(shown, domains, last));
            return ExitStatus.OK.code();
        });
    }

    private static List<String> names(OwnDomains own) {
        return own.domains().stream().map(DomainName::toString).toList();
    }

    /** The views, for a domain that is ours: a mistyped name would only show that there is no data. */
    private static ReportViews ours(ReportViews views, DomainName domain) throws CommandFailure {
        if (!views.isOwn(domain)) {
            throw new CommandFailure(
                    ExitStatus.USAGE,
                    domain + " is none of our domains (countersign reports lists them): correct the name, or add it to"
                            + " protect or reports.receive.about");
        }
        return views;
    }

    private ReportsText text() {
        return new ReportsText(streams.out());
    }

    private ReportMailText mail() {
        return new ReportMailText(streams.out());
    }

    private ReportDetailsText details() {
        return new ReportDetailsText(streams.out());
    }

    /** What a command does with an open store. */
    private interface Task<T> {
        T run(ReportViews views) throws StoreFailure, CommandFailure;
    }

    private int run(ReportsOptions options, Task<Integer> task) throws CommandFailure {
        try (ReportViews views = options.open(options.configuration(), clock)) {
            return task.run(views);
        } catch (StoreFailure failure) {
            throw ReportsOptions.failure(failure);
        }
    }

    private <T> int view(ReportsOptions options, Task<T> query, Function<T, Explanation.Group> json, Consumer<T> text)
            throws CommandFailure {
        return run(options, views -> {
            write(options, query.run(views), json, text);
            return ExitStatus.OK.code();
        });
    }

    private <T> void write(ReportsOptions options, T view, Function<T, Explanation.Group> json, Consumer<T> text)
            throws CommandFailure {
        if (options.json()) {
            JsonOutput.write(json.apply(view), streams.out());
        } else {
            text.accept(view);
        }
    }
}
