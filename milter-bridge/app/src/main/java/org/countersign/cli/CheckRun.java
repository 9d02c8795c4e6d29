package org.countersign.cli;

import java.io.PrintStream;
import java.util.Optional;
import org.countersign.archive.ArchiveVisitor;
import org.countersign.archive.MessageArchive;
import org.countersign.archive.OrderedEvaluations;
import org.countersign.archive.StoredMessage;
import org.countersign.cli.MessageCheck.Checked;
import org.countersign.cli.MessageCheck.Opened;
import org.countersign.explain.Explanation;
import org.countersign.explain.TextStyle;
import org.countersign.service.FileFailure;

/**
 * Checks many messages: some at a time, because each waits for the DNS, and written in their order. An interruption ends
 * with the sums of what was done.
 */
final class CheckRun {
    private final MessageCheck check;
    private final CheckDns dns;
    private final CheckOptions options;
    private final OutputOptions output;
    private final Streams streams;
    private final TextStyle style;
    private final PrintStream out;
    private final CheckSums sums = new CheckSums();

    CheckRun(MessageCheck check, CheckDns dns, CheckOptions options, OutputOptions output, Streams streams) {
        this.check = check;
        this.dns = dns;
        this.options = options;
        this.output = output;
        this.streams = streams;
        this.style = output.style(streams);
        this.out = OutputOptions.writer(streams);
    }

    ExitStatus run(MessageArchive archive) throws CommandFailure {
        if (options.bundle().isPresent()) {
            throw new CommandFailure(ExitStatus.USAGE, "--bundle is for one message: name a file, or mbox#NUMBER");
        }
        boolean text = !options.json();
        if (text) {
            out.println(CheckSums.heading());
        }
        Reader reader;
        ExitStatus unreadable;
        try (ArchiveProgress progress = new ArchiveProgress(
                        archive, output, streams, text ? Optional.of(this::writeSums) : Optional.empty());
                OrderedEvaluations<Checked> evaluations = new OrderedEvaluations<>((message, checked) -> {
                    progress.hide();
                    write(message, checked);
                })) {
            reader = new Reader(progress, evaluations);
            archive.read(reader);
            evaluations.finish();
            unreadable = progress.status();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitStatus.SOFTWARE, "interrupted");
        }
        if (text) {
            writeSums();
        }
        keep();
        if (reader.failure.isPresent()) {
            throw reader.failure.get();
        }
        if (unreadable != ExitStatus.OK) {
            return unreadable;
        }
        return sums.hasAny(options.failOn()) ? ExitStatus.CHECK_FAILED : ExitStatus.OK;
    }

    /** Begins the check of each message, until one cannot be checked or nobody reads the output any more. */
    private final class Reader implements ArchiveVisitor {
        private final ArchiveProgress progress;
        private final OrderedEvaluations<Checked> evaluations;
        private Optional<CommandFailure> failure = Optional.empty();

        private Reader(ArchiveProgress progress, OrderedEvaluations<Checked> evaluations) {
            this.progress = progress;
            this.evaluations = evaluations;
        }

        @Override
        public boolean message(StoredMessage message) {
            try {
                SmtpFacts smtp = check.facts(message.content(), options.fromHeaders() || !options.hasTransaction());
                Opened opened = check.open(message.content(), smtp);
                evaluations.begin(message, () -> opened.evaluate(dns));
            } catch (CommandFailure problem) {
                failure = Optional.of(problem);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                return false;
            }
            progress.show(sums.messages());
            return failure.isEmpty() && !out.checkError();
        }

        @Override
        public void unreadable(FileFailure file) {
            progress.unreadable(file);
        }

        @Override
        public void note(String line) {
            progress.note(line);
        }
    }

    private void writeSums() {
        sums.write(out);
    }

    /** Counts a message, and writes its line. */
    private void write(StoredMessage message, Checked checked) {
        sums.add(checked);
        if (options.json()) {
            Explanation.Group report =
                    new Explanation.Group().count("schema", CheckReport.SCHEMA).text("file", message.name());
            new CheckReport(checked).json(options.explain()).members().forEach(report::put);
            JsonOutput.writeLine(report, streams.out());
        } else {
            out.println(CheckSums.line(checked, message.name(), style));
        }
    }

    /** Keeps the answers of the DNS, if that is wanted, and names the queries that a snapshot lacks. */
    private void keep() throws CommandFailure {
        if (options.ask() && options.replay().isPresent()) {
            dns.save(options.replay().get(), streams);
        } else if (options.record().isPresent()) {
            dns.save(options.record().get(), streams);
        }
        dns.missing().forEach(query -> streams.err().println("countersign: the snapshot has no answer to " + query));
    }
}
