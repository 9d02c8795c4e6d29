package org.countersign.cli;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.doctor.Doctor;
import org.countersign.doctor.DoctorState;
import org.countersign.doctor.Examination;
import org.countersign.doctor.Finding;
import org.countersign.doctor.Severity;
import org.countersign.domain.DomainName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code countersign doctor}. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Examines what domains publish about their mail, and tells the lines to publish instead.",
        footer = {
            "",
            "Examples:",
            "  countersign doctor example.org --selector s2026 --ip 192.0.2.25",
            "  countersign doctor --config /etc/countersign/countersign.yaml",
            "  countersign doctor example.org --since /var/lib/countersign/doctor.json",
            "",
            "Reads SPF, DKIM and DMARC as a receiver does, asks every authoritative server,",
            "and compares the answers with the own configuration. Changes nothing.",
            "Exit status: 0 no error, 1 errors, 75 the DNS gave no answer,",
            "64 and above: the examination itself failed.",
        })
final class DoctorCommand implements Callable<Integer> {
    private final Streams streams;
    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final DoctorOptions options = new DoctorOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    DoctorCommand(Streams streams, InstantSource clock) {
        this.streams = streams;
        this.clock = clock;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (options.replay().isPresent() && options.record().isPresent()) {
            throw new ParameterException(spec.commandLine(), "--record and --replay exclude each other");
        }
        List<DomainName> named = options.domains(spec.commandLine());
        DoctorSources sources = DoctorSources.read(options, clock);
        List<DomainName> domains = sources.domains(named);
        if (domains.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "a domain is missing, or a --config whose keys sign for domains");
        }
        Optional<DoctorState> state = options.state().isPresent()
                ? Optional.of(DoctorFiles.readState(options.state().get()))
                : Optional.empty();
        List<Examination> examined = examine(domains, sources);
        List<Finding> told = new ArrayList<>(sources.ofConfiguration());
        DoctorOutput results = new DoctorOutput(options, output.style(streams), OutputOptions.writer(streams));
        if (state.isPresent()) {
            for (Examination each : examined) {
                DoctorState.Changes changes = state.get().update(each.domain(), each.findings(), clock.instant());
                results.write(each, changes);
                told.addAll(changes.found());
            }
        } else {
            results.write(examined, sources.ofConfiguration());
            examined.forEach(each -> told.addAll(each.findings()));
        }
        results.end();
        sources.writeRecord();
        if (state.isPresent()) {
            OutputFile.write(options.state().orElseThrow(), state.get().toBytes());
        }
        if (options.replay().isPresent() && !output.quiet()) {
            sources.missing()
                    .forEach(query -> streams.err().println("countersign: the snapshot has no answer to " + query));
        }
        return status(told, examined).code();
    }

    private List<Examination> examine(List<DomainName> domains, DoctorSources sources) {
        Doctor doctor = sources.doctor();
        List<Examination> examined = new ArrayList<>();
        try (Progress progress = new Progress(
                streams.err(), Terminal.isStandardError(streams.err()), output.quiet(), clock, "domains")) {
            for (DomainName domain : domains) {
                examined.add(doctor.examine(domain, sources.request()));
                progress.show(examined.size(), examined.size(), domains.size());
            }
        }
        return examined;
    }

    /**
     * The exit status.
     *
     * @param told the findings that were written, on which it depends
     * @param examined tells whether the DNS gave an answer to all queries
     */
    private ExitStatus status(List<Finding> told, List<Examination> examined) {
        boolean bad = told.stream()
                .anyMatch(finding -> finding.severity() == Severity.ERROR
                        || (options.strict() && finding.severity() == Severity.WARNING));
        if (bad) {
            return ExitStatus.CHECK_FAILED;
        }
        boolean unknown = examined.stream()
                .flatMap(examination -> examination.findings().stream())
                .anyMatch(finding -> finding.severity() == Severity.UNKNOWN);
        return unknown ? ExitStatus.TRY_AGAIN : ExitStatus.OK;
    }
}
