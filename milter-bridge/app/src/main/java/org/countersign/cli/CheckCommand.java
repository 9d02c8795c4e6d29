package org.countersign.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.MessageOutcome;
import org.countersign.archive.ArchiveVisitor;
import org.countersign.archive.MessageArchive;
import org.countersign.archive.StoredMessage;
import org.countersign.cli.MessageCheck.Checked;
import org.countersign.config.Configuration;
import org.countersign.explain.TextStyle;
import org.countersign.policy.Verdict;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Evaluates messages as if they arrived now, and shows why each gets its verdict, and what would"
                + " change it.",
        footer = {
            "",
            "Examples:",
            "  countersign check mail.eml --ip 192.0.2.7 --helo mail.example.net \\",
            "      --mail-from bounce@example.net --explain",
            "  countersign check mail.eml --config countersign.yaml --user alice@example.org",
            "  countersign check --from-headers --trust 198.51.100.0/24 Maildir inbox.mbox",
            "  countersign check mail.eml --bundle case.zip",
            "  countersign check --bundle case.zip",
            "",
            "FILE is a message, an mbox file, a Maildir, or a directory with --recursive.",
            "inbox.mbox#3 is the third message of an mbox file. Several messages get one",
            "line each, and a table of sums.",
            "Facts that are not given are taken from the Return-Path field and the top",
            "Received field of the message; the output shows the source of each value.",
            "With a policy file a message is inbound, outbound or internal, as in serve.",
            "Without one the mode is monitor.",
            "Exit status: 0 accept or tag, 10 quarantine, 11 reject or discard, 12 tempfail,",
            "75 if a snapshot lacks an answer that matters, 64 and above: an error.",
            "With several messages 0, or 1 for a verdict of --fail-on. When a case is",
            "repeated, 1 if its verdict differs.",
        })
final class CheckCommand implements Callable<Integer> {
    private static final int MAX_STANDARD_INPUT = 256 * 1024 * 1024;

    private final Streams streams;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "The messages; - is standard input.")
    private List<String> files = new ArrayList<>();

    @Mixin
    private final CheckOptions options = new CheckOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    CheckCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CommandFailure {
        String conflict = options.conflict(!files.isEmpty());
        if (!conflict.isEmpty()) {
            throw new CommandLine.ParameterException(spec.commandLine(), conflict);
        }
        if (files.isEmpty()) {
            return repeat(options.bundle().orElseThrow()).code();
        }
        Configuration settings = settings();
        boolean recorded = options.record().isPresent() || options.bundle().isPresent() || options.ask();
        CheckDns dns = options.replay().isPresent() && !options.ask()
                ? CheckDns.replay(SnapshotFile.read(options.replay().get()), options.at())
                : CheckDns.live(options, settings.dns(), recorded);
        MessageCheck check = new MessageCheck(
                options, settings, MessageCheck.SigningSource.of(options.configuration(), settings), dns);
        byte[] standardInput = files.contains("-") ? standardInput() : new byte[0];
        FirstMessages first = new FirstMessages();
        archive(standardInput).read(first);
        if (first.messages.size() > 1) {
            return new CheckRun(check, dns, options, output, streams)
                    .run(archive(standardInput))
                    .code();
        }
        first.failure();
        if (!output.quiet()) {
            first.notes.forEach(note -> streams.err().println("countersign: note: " + note));
        }
        return single(check, settings, dns, first.messages.getFirst()).code();
    }

    /** It is read twice: to see whether it is an mbox file with several messages, and to check them. */
    private byte[] standardInput() throws CommandFailure {
        try {
            byte[] content = streams.in().readNBytes(MAX_STANDARD_INPUT + 1);
            if (content.length > MAX_STANDARD_INPUT) {
                throw new CommandFailure(
                        ExitStatus.BAD_DATA,
                        "standard input has more than 256 MB: write it to a file, and name the file");
            }
            return content;
        } catch (IOException unreadable) {
            throw InputFiles.failure(unreadable, "standard input");
        }
    }

    private MessageArchive archive(byte[] standardInput) throws CommandFailure {
        return InputFiles.readArgument(() -> MessageArchive.of(
                files, options.recursive(), options.mboxrd(), new ByteArrayInputStream(standardInput)));
    }

    /** Reads as far as it needs to know whether there is one message, or several. */
    private static final class FirstMessages implements ArchiveVisitor {
        private final List<StoredMessage> messages = new ArrayList<>();
        private final List<FileFailure> failures = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        @Override
        public boolean message(StoredMessage message) {
            messages.add(message);
            return messages.size() < 2;
        }

        @Override
        public void unreadable(FileFailure failure) {
            failures.add(failure);
        }

        @Override
        public void note(String line) {
            notes.add(line);
        }

        void failure() throws CommandFailure {
            if (!failures.isEmpty()) {
                throw CommandFailure.of(failures.getFirst());
            }
            if (messages.isEmpty()) {
                throw new CommandFailure(ExitStatus.BAD_DATA, "there is no message in these files");
            }
        }
    }

    private ExitStatus single(MessageCheck check, Configuration settings, CheckDns dns, StoredMessage message)
            throws CommandFailure {
        if (message.number().isPresent()
                && !output.quiet()
                && message.number().getAsInt() == 1
                && files.contains(message.file())) {
            streams.err()
                    .println("countersign: note: " + (message.file().equals("-") ? "standard input" : message.file())
                            + " is an mbox file with one message; its first line is not part of the message");
        }
        SmtpFacts smtp = check.facts(message.content(), options.fromHeaders());
        Checked checked = check.open(message.content(), smtp).evaluate(dns);
        write(checked);
        keep(checked, settings, dns, message.content());
        return missing(dns, checked)
                .orElseGet(() -> status(checked.outcome().decision().verdict()));
    }

    private void keep(Checked checked, Configuration settings, CheckDns dns, Octets message) throws CommandFailure {
        if (options.bundle().isPresent()) {
            CheckCase.write(options.bundle().get(), message, checked, dns, options, settings);
        }
        Optional<Path> snapshot = options.ask() ? options.replay() : options.record();
        if (snapshot.isPresent()) {
            dns.save(snapshot.get(), streams);
        }
    }

    /** Names the queries that the snapshot lacks. The status if one of them mattered. */
    private Optional<ExitStatus> missing(CheckDns dns, Checked checked) {
        dns.missing()
                .forEach(query -> streams.err()
                        .println("countersign: the snapshot has no answer to " + query
                                + ": --ask asks for it and adds it"));
        return dns.missing().isEmpty() || !hasTemperror(checked) ? Optional.empty() : Optional.of(ExitStatus.TRY_AGAIN);
    }

    private static boolean hasTemperror(Checked checked) {
        return checked.outcome() instanceof MessageOutcome.Judged judged
                && (judged.facts().spf().keyword().equals("temperror")
                        || judged.facts().dmarcKeyword().equals("temperror")
                        || judged.facts().signatures().stream()
                                .anyMatch(signature -> signature.keyword().equals("temperror")));
    }

    private ExitStatus repeat(Path file) throws CommandFailure {
        CheckCase.Repeated repeated = CheckCase.read(file);
        CheckDns dns = CheckDns.replay(repeated.snapshot(), Optional.of(repeated.at()));
        Checked checked = new MessageCheck(options, repeated.settings(), repeated::signing, dns)
                .open(repeated.support().message(), repeated.smtp())
                .evaluate(dns);
        write(checked);
        Optional<ExitStatus> missing = missing(dns, checked);
        Optional<String> difference = repeated.difference(checked);
        String by = Escapes.printable(repeated.support().version(), 100);
        streams.err()
                .println("countersign: "
                        + difference.orElse("The verdict is that of the case, which was made at " + repeated.at()
                                + " by " + by + "."));
        return difference.isPresent()
                ? ExitStatus.CHECK_FAILED
                : missing.orElseGet(() -> status(checked.outcome().decision().verdict()));
    }

    private void write(Checked checked) throws CommandFailure {
        CheckReport report = new CheckReport(checked);
        if (options.json()) {
            JsonOutput.write(report.json(options.explain()), streams.out());
            return;
        }
        TextStyle style = output.style(streams);
        PrintStream out = OutputOptions.writer(streams);
        report.lines(style, options.explain(), options.steps()).forEach(out::println);
    }

    private Configuration settings() throws CommandFailure {
        return options.configuration().isPresent()
                ? PolicyFiles.readForDecisions(options.configuration().get())
                : Configuration.DEFAULT;
    }

    private static ExitStatus status(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accept accept -> ExitStatus.OK;
            case Verdict.Tag tag -> ExitStatus.OK;
            case Verdict.Quarantine quarantine -> ExitStatus.QUARANTINE;
            case Verdict.Discard discard -> ExitStatus.REJECT;
            case Verdict.Reject reject -> ExitStatus.REJECT;
            case Verdict.TempFail tempFail -> ExitStatus.TEMPFAIL;
        };
    }
}
