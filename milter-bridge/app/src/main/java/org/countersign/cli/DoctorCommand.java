package org.countersign.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.doctor.Doctor;
import org.countersign.doctor.DoctorJson;
import org.countersign.doctor.DoctorState;
import org.countersign.doctor.DoctorText;
import org.countersign.doctor.DoctorText.ChangeForm;
import org.countersign.doctor.Examination;
import org.countersign.doctor.Finding;
import org.countersign.doctor.Severity;
import org.countersign.domain.DomainName;
import org.countersign.explain.Explanation;
import org.countersign.explain.TextStyle;
import org.countersign.syntax.Escapes;
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
        DoctorSources sources = DoctorSources.read(options, clock);
        List<DomainName> domains = sources.domains();
        if (domains.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "a domain is missing, or a --config whose keys sign for domains");
        }
        Optional<DoctorState> state = readState();
        TextStyle style = output.style(streams);
        PrintStream out = OutputOptions.writer(streams);
        DoctorText text = new DoctorText(out, style);
        List<Examination> examined = new ArrayList<>();
        List<Finding> told = new ArrayList<>(sources.ofConfiguration());
        boolean one = domains.size() == 1;
        Doctor doctor = sources.doctor();
        try (Progress progress = new Progress(
                streams.err(), Terminal.isStandardError(streams.err()), output.quiet(), clock, "domains")) {
            for (DomainName domain : domains) {
                Examination examination = doctor.examine(domain, sources.request());
                examined.add(examination);
                progress.show(examined.size(), examined.size(), domains.size());
            }
        }
        if (state.isEmpty() && !options.json() && options.form().isEmpty()) {
            text.findings(sources.ofConfiguration());
        }
        for (Examination examination : examined) {
            if (state.isPresent()) {
                told.addAll(changes(state.get(), examination, text, out));
            } else {
                told.addAll(examination.findings());
                write(examination, text, out, one);
            }
        }
        if (!one && state.isEmpty() && !options.json() && options.form().isEmpty()) {
            new DoctorTable(out).write(examined);
        }
        if (options.form().filter(form -> form == ChangeForm.NSUPDATE).isPresent()) {
            out.println("send");
        }
        sources.writeRecord();
        if (state.isPresent()) {
            writeState(state.get());
        }
        if (options.replay().isPresent() && !output.quiet()) {
            sources.missing()
                    .forEach(query -> streams.err().println("countersign: the snapshot has no answer to " + query));
        }
        return status(told, examined).code();
    }

    private void write(Examination examination, DoctorText text, PrintStream out, boolean one) throws CommandFailure {
        if (options.form().isPresent()) {
            text.changes(examination, options.form().get());
        } else if (options.json()) {
            json(examination, out, one);
        } else if (one) {
            text.write(examination);
        }
    }

    private static void json(Examination examination, PrintStream out, boolean one) throws CommandFailure {
        Explanation.Group object = DoctorJson.of(examination);
        if (one) {
            JsonOutput.write(object, out);
        } else {
            JsonOutput.writeLine(object, out);
        }
    }

    /** Writes what has changed, and gives the findings that are new. */
    private List<Finding> changes(DoctorState state, Examination examination, DoctorText text, PrintStream out)
            throws CommandFailure {
        DoctorState.Changes changes = state.update(examination.domain(), examination.findings(), clock.instant());
        if (changes.isEmpty()) {
            return changes.found();
        }
        if (options.json()) {
            json(examination.with(changes.found()), out, false);
        } else if (options.form().isPresent()) {
            text.changes(examination.with(changes.found()), options.form().get());
        } else {
            out.println(examination.domain() + ": " + changes.found().size() + " new, "
                    + changes.gone().size() + " gone");
            text.findings(changes.found(), examination.publish());
            changes.gone().forEach(key -> out.println("  gone  " + Escapes.printable(key, 200)));
        }
        return changes.found();
    }

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

    private Optional<DoctorState> readState() throws CommandFailure {
        if (options.state().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(DoctorFiles.readState(options.state().get()));
    }

    private void writeState(DoctorState state) throws CommandFailure {
        Path file = options.state().orElseThrow();
        OutputFile.write(file, state.toBytes());
    }
}
