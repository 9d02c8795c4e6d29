package org.countersign.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import java.util.concurrent.Callable;
import org.countersign.config.Configuration;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.ReturnedReports;
import org.countersign.reports.receive.Outcome;
import org.countersign.reports.receive.ReportFiles;
import org.countersign.reports.receive.ReportReceiver;
import org.countersign.reports.receive.ReportReceiver.Door;
import org.countersign.reports.receive.ReportReceiverFactory;
import org.countersign.service.DnsResolver;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreSettings;
import org.countersign.syntax.Escapes;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign reports receive}. */
@Command(
        name = "receive",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Stores DMARC reports of other systems about our own domains.",
        footer = {
            "",
            "Examples:",
            "  countersign reports receive --recipient=dmarc@example.org < message.eml",
            "  countersign reports receive ~/Maildir/.DMARC report.xml.gz old.mbox",
            "",
            "Without FILE one message is read from standard input, as a mail server gives it.",
            "FILE is a report, a gzip or ZIP file, a message, an mbox file, a Maildir, or a",
            "directory of them; what it is, its content tells. A gzip or ZIP file may have",
            "an mbox file in it.",
            "Exit status: 0 stored, or refused and noted with the reason. With FILE: 1 if",
            "some were refused, 64 and above: an error. A file that ended earlier runs is",
            "read last, and not after three of them. Without FILE every error is 75, so",
            "that the mail server keeps the message and tries again.",
        })
final class ReportsReceiveCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "standard input";

    private final Streams streams;
    private final InstantSource clock;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "What to read, in place of standard input.")
    private List<Path> files = List.of();

    @Option(
            names = "--recipient",
            arity = "1",
            paramLabel = "ADDRESS",
            parameterConsumer = Addresses.class,
            description =
                    "A recipient of the message in the envelope; once for each. Postfix tells it to a command in an"
                            + " alias by itself. It is needed to recognize our own reports that come back.")
    private List<String> recipients = List.of();

    @Option(names = "--quiet", description = "Show only what was refused, and the sums.")
    private boolean quiet;

    @Mixin
    private final OptionalPolicyFile config = new OptionalPolicyFile();

    ReportsReceiveCommand(Streams streams, InstantSource clock, Map<String, String> environment) {
        this.streams = streams;
        this.clock = clock;
        this.environment = environment;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (!files.isEmpty()) {
            return files().code();
        }
        try {
            return message().code();
        } catch (CommandFailure failure) {
            throw new CommandFailure(ExitStatus.TRY_AGAIN, failure.lines());
        } catch (OutOfMemoryError full) {
            throw new CommandFailure(
                    ExitStatus.TRY_AGAIN,
                    "there is not enough memory for this message, which the mail server keeps and gives again: "
                            + ReportFiles.WITH_MORE_MEMORY);
        } catch (RuntimeException error) {
            // Bouncing the report would lose it, and tell a reporter about our error.
            throw new CommandFailure(
                    ExitStatus.TRY_AGAIN,
                    "internal error: " + Escapes.printable(error.toString())
                            + "; the mail server tries again; please report it");
        }
    }

    private ExitStatus message() throws CommandFailure {
        ReportReceiverFactory factory = factory();
        byte[] message;
        try {
            message = streams.in().readNBytes(ReportReceiver.MAX_SIZE + 1);
        } catch (IOException unreadable) {
            throw InputFiles.failure(unreadable, STANDARD_INPUT);
        }
        if (factory.isWithoutDomains()) {
            throw new CommandFailure(
                    ExitStatus.CONFIGURATION,
                    policyFile()
                            + " names none of our own domains, so no report can be about one: set protect, signing.keys or"
                            + " reports.receive.about");
        }
        List<String> envelope = new ArrayList<>(recipients);
        Optional.ofNullable(environment.get("ORIGINAL_RECIPIENT")).ifPresent(envelope::add);
        try (ReportReceiver receiver = factory.receiver(new ReturnedReports(clock), Door.MAIL, clock)) {
            new Summary().add("", receiver.pipe(message, envelope));
            return ExitStatus.OK;
        } catch (StoreFailure failure) {
            throw ReportsOptions.failure(failure);
        }
    }

    private ExitStatus files() throws CommandFailure {
        ReportReceiverFactory factory = factory();
        if (factory.isWithoutDomains()) {
            streams.err()
                    .println("countersign: warning: " + policyFile()
                            + " names none of our own domains, so reports about all domains are stored: set protect,"
                            + " signing.keys or reports.receive.about");
        }
        for (Path named : files) {
            if (!Files.exists(named)) {
                throw new CommandFailure(ExitStatus.NO_INPUT, named + " does not exist: nothing was read");
            }
        }
        Summary summary = new Summary();
        try (ReportReceiver receiver = factory.receiver(new ReturnedReports(clock), Door.HAND, clock)) {
            new ReportFiles(receiver, factory.settings(), recipients, summary, clock).receive(files);
        } catch (StoreFailure failure) {
            summary.end();
            throw ReportsOptions.failure(failure);
        }
        summary.end();
        return summary.status();
    }

    private Path policyFile() {
        return config.required(spec);
    }

    private ReportReceiverFactory factory() throws CommandFailure {
        Path policy = policyFile();
        Configuration configuration = PolicyFiles.read(policy);
        return InputFiles.read(() -> ReportReceiverFactory.of(
                policy,
                configuration,
                configuration.extension(ReportsSettings.SECTION).receive(),
                configuration.extension(StoreSettings.SECTION).location(policy),
                () -> DnsResolver.of(configuration.dns(), clock).cache(),
                clock));
    }

    /**
     * Takes an address, and those behind it. Postfix makes arguments of their own of the recipients of one message, if an argument
     * is {@code ${recipient}}. An existing file is no address.
     */
    static final class Addresses implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
            if (arguments.isEmpty()) {
                throw new MissingParameterException(
                        command.commandLine(), option, "Missing required parameter for option '--recipient' (ADDRESS)");
            }
            List<String> addresses = new ArrayList<>(option.<List<String>>getValue());
            addresses.add(arguments.pop());
            while (!arguments.isEmpty() && isAddress(arguments.peek())) {
                addresses.add(arguments.pop());
            }
            option.setValue(addresses);
        }

        private static boolean isAddress(String argument) {
            return argument.indexOf('@') > 0 && !argument.startsWith("-") && !Files.exists(Path.of(argument));
        }
    }

    /** Writes what becomes of each file, and counts it. */
    private final class Summary implements ReportFiles.Progress {
        private int stored;
        private int duplicates;
        private int refused;
        private int others;
        private int unreadable;

        void add(String prefix, List<Outcome> outcomes) {
            for (Outcome outcome : outcomes) {
                String word = switch (outcome) {
                    case Outcome.Stored report -> {
                        stored++;
                        yield "stored";
                    }
                    case Outcome.FailureStored report -> {
                        stored++;
                        yield "stored";
                    }
                    case Outcome.Duplicate copy -> {
                        duplicates++;
                        yield "duplicate";
                    }
                    case Outcome.Refused bad -> {
                        refused++;
                        yield "refused";
                    }
                    case Outcome.Returned report -> {
                        others++;
                        yield "came back";
                    }
                    case Outcome.LeftAlone other -> {
                        others++;
                        yield "left alone";
                    }
                };
                if (!quiet || outcome instanceof Outcome.Refused) {
                    // A file that is a report has its own name as the name of the report.
                    String name = outcome.name().equals(prefix) || prefix.isEmpty()
                            ? outcome.name()
                            : prefix + ": " + outcome.name();
                    streams.out().println(word + ": " + name + ": " + outcome.describe());
                    remarks(outcome);
                }
            }
        }

        private void remarks(Outcome outcome) {
            if (outcome instanceof Outcome.Stored report) {
                report.remarks().forEach(remark -> streams.out().println("  remark: " + remark));
            }
        }

        @Override
        public void read(String name, int number, List<Outcome> outcomes) {
            add(number == 0 ? name : name + ": message " + number, outcomes);
        }

        @Override
        public void unreadable(Path path, IOException problem) {
            unreadable++;
            String why =
                    problem instanceof NoSuchFileException ? "it does not exist" : String.valueOf(problem.getMessage());
            streams.err().println("countersign: " + Escapes.printable(path + " cannot be read: " + why));
        }

        @Override
        public void failed(String name, int number, String problem) {
            unreadable++;
            streams.err().println("countersign: " + name + (number == 0 ? "" : ": message " + number) + ": " + problem);
        }

        @Override
        public void readLast(Path path) {
            streams.err()
                    .println("countersign: warning: an earlier run ended while it read "
                            + Escapes.printable(path.toString()) + ", which is therefore read after the others");
        }

        @Override
        public void passedOver(Path path) {
            others++;
        }

        void end() {
            streams.out()
                    .println(stored + " stored, " + duplicates + " stored before, " + refused + " refused, " + others
                            + " other" + (unreadable > 0 ? ", " + unreadable + " unreadable" : ""));
        }

        ExitStatus status() {
            if (unreadable > 0) {
                return ExitStatus.IO;
            }
            return refused > 0 ? ExitStatus.CHECK_FAILED : ExitStatus.OK;
        }
    }
}
