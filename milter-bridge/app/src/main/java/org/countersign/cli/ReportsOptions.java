package org.countersign.cli;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.config.KeyEntry;
import org.countersign.config.SigningTableFile;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.source.OwnDomains;
import org.countersign.reports.view.ReportViews;
import org.countersign.reports.view.ViewPeriod;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of all commands that show reports. */
final class ReportsOptions {
    static final int DEFAULT_DAYS = 30;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--days",
            paramLabel = "N",
            converter = DaysConverter.class,
            description = "The last N days in UTC, today included: 1 to 400, by default 30.")
    private Optional<Integer> days = Optional.empty();

    @Option(
            names = "--unauthenticated",
            description = "Count reports whose sender is not authenticated too. Anybody can send such reports.")
    private boolean unauthenticated;

    @Option(names = "--json", description = "Write one JSON object.")
    private boolean json;

    @Mixin
    private final OptionalPolicyFile config = new OptionalPolicyFile();

    boolean json() {
        return json;
    }

    boolean unauthenticated() {
        return unauthenticated;
    }

    ViewPeriod period(ReportViews views) {
        ViewPeriod period = views.lastDays(days.orElse(DEFAULT_DAYS));
        return unauthenticated ? period.withUnauthenticated() : period;
    }

    Path policyFile() {
        return config.required(spec);
    }

    Configuration configuration() throws CommandFailure {
        return PolicyFiles.read(policyFile());
    }

    OwnDomains ownDomains(Configuration configuration) throws CommandFailure {
        return OwnDomains.of(configuration, table(configuration))
                .with(configuration.extension(ReportsSettings.SECTION).receive().about());
    }

    /** The keys of the policy file and its table. */
    List<KeyEntry> keys(Configuration configuration) throws CommandFailure {
        List<KeyEntry> keys = new ArrayList<>(configuration.signing().keys());
        table(configuration).forEach(line -> keys.add(line.key()));
        return keys;
    }

    private List<SigningTableFile.Line> table(Configuration configuration) throws CommandFailure {
        return PolicyFiles.readTable(policyFile(), configuration.signing());
    }

    /** Opens the store that the policy file names. */
    ReportViews open(Configuration configuration, InstantSource clock) throws CommandFailure, StoreFailure {
        return ReportViews.open(
                configuration.extension(StoreSettings.SECTION).location(policyFile()),
                ownDomains(configuration),
                InputFiles.read(
                        () -> configuration.extension(ReportsSettings.SECTION).services(policyFile())),
                clock);
    }

    /** The failure of a command because of the store. */
    static CommandFailure failure(StoreFailure failure) {
        List<String> lines = failure.reason() == StoreFailure.Reason.MISSING
                ? List.of(
                        failure.problem(),
                        "no report came in yet either: see countersign reports for what to configure")
                : List.of(failure.problem());
        return new CommandFailure(ExitStatus.of(failure.reason()), lines);
    }

    static final class DaysConverter extends CountConverter {
        DaysConverter() {
            super("a number of days", ViewPeriod.MAX_DAYS);
        }
    }
}
