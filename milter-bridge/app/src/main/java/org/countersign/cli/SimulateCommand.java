package org.countersign.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.archive.MessageArchive;
import org.countersign.config.Configuration;
import org.countersign.explain.ExplanationJson;
import org.countersign.service.FileFailure;
import org.countersign.simulate.SimulatedPolicy;
import org.countersign.simulate.Simulation;
import org.countersign.simulate.SimulationRequest;
import org.countersign.simulate.SimulationRun;
import org.countersign.syntax.Escapes;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code countersign simulate}. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows what one or two policies would do with the messages of an archive, which senders that"
                + " concerns, and which settings would change it. Changes nothing.",
        footer = {
            "",
            "Examples:",
            "  countersign simulate --archive /var/mail/alice --policy mx.yaml",
            "  countersign simulate --archive Maildir --policy mx.yaml --against new.yaml",
            "  countersign simulate --archive in.mbox --policy mx.yaml --results again \\",
            "      --sample 1000 --trust 198.51.100.0/24",
            "",
            "Verdicts are those of the rules, whatever the mode of the policy file is.",
            "Recorded results are those in Authentication-Results fields that hosts of this",
            "site added. Other messages are evaluated with the DNS of now.",
            "A message whose verdict depends on a fact that is not known is counted under",
            "cannot tell. Mail of local users is counted and not judged.",
            "Exit status: 0 done, 64 and above: an error, such as a file that cannot be read.",
        })
final class SimulateCommand implements Callable<Integer> {
    private final Streams streams;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final SimulateOptions options = new SimulateOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    SimulateCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CommandFailure {
        String conflict = options.conflict();
        if (!conflict.isEmpty()) {
            throw new CommandLine.ParameterException(spec.commandLine(), conflict);
        }
        Configuration settings = PolicyFiles.readForDecisions(options.policy());
        List<SimulatedPolicy> policies = new ArrayList<>(List.of(policy(options.policy(), settings)));
        if (options.against().isPresent()) {
            Configuration other = PolicyFiles.readForDecisions(options.against().get());
            policies.add(policy(options.against().get(), other));
            if (!evaluatesAlike(settings, other) && !output.quiet()) {
                streams.err()
                        .println("countersign: note: the files differ in settings of SPF, DKIM, DMARC or this site's"
                                + " names; those of "
                                + Escapes.printable(options.policy().toString())
                                + " are used for both");
            }
        }
        CheckDns dns = options.replay().isPresent()
                ? CheckDns.replay(SnapshotFile.read(options.replay().get()), Optional.empty())
                : CheckDns.live(options.servers(), settings.dns());
        SimulationRequest request = new SimulationRequest(
                policies, settings, options.trusted(), options.results(), options.since(), options.sample());
        SimulationRun run = new SimulationRun(request, dns.client(), dns.clock());
        return run(run, archive()).code();
    }

    private static boolean evaluatesAlike(Configuration one, Configuration other) {
        return one.inbound()
                        .withRules(other.inbound().rules())
                        .withMode(other.mode())
                        .equals(other.inbound())
                && one.traffic().equals(other.traffic());
    }

    private MessageArchive archive() throws CommandFailure {
        return InputFiles.readArgument(
                () -> MessageArchive.of(options.archives(), true, options.mboxrd(), streams.in()));
    }

    private static SimulatedPolicy policy(Path file, Configuration settings) {
        return new SimulatedPolicy(
                file.toString(), settings.mode(), settings.inbound().rules());
    }

    private ExitStatus run(SimulationRun run, MessageArchive archive) throws CommandFailure {
        ExitStatus status;
        try (ArchiveProgress progress =
                new ArchiveProgress(archive, output, streams, Optional.of(() -> writeSafely(run.simulation())))) {
            run.run(archive, new SimulationRun.Listener() {
                @Override
                public void message(Simulation soFar) {
                    progress.show(soFar.counts().all());
                }

                @Override
                public void unreadable(FileFailure failure) {
                    progress.unreadable(failure);
                }

                @Override
                public void note(String line) {
                    progress.note(line);
                }
            });
            status = progress.status();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitStatus.SOFTWARE, "interrupted");
        }
        if (status == ExitStatus.OK || run.simulation().counts().all() > 0) {
            write(run.simulation());
        }
        return status;
    }

    /** Writes the sums while another thread may still count. */
    private void writeSafely(Simulation simulation) {
        synchronized (simulation) {
            write(simulation);
        }
    }

    private void write(Simulation simulation) {
        SimulateRepetition repetition = new SimulateRepetition(options);
        if (options.json()) {
            try {
                ExplanationJson.write(new SimulateJson(simulation, repetition).tree(), streams.out());
            } catch (IOException closed) {
                // A closed pipe ends quietly.
                return;
            }
        } else {
            new SimulateText(simulation, repetition, output.style(streams), OutputOptions.writer(streams)).write();
        }
    }
}
