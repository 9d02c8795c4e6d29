package org.countersign.cli;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.countersign.archive.ArchiveVisitor;
import org.countersign.archive.MessageArchive;
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
    private static final int MAX_IN_FLIGHT = 32;
    private static final long MAX_OCTETS_IN_FLIGHT = 96L * 1024 * 1024;

    private final MessageCheck check;
    private final CheckDns dns;
    private final CheckOptions options;
    private final OutputOptions output;
    private final Streams streams;
    private final TextStyle style;
    private final PrintStream out;
    private final CheckSums sums = new CheckSums();
    private final Deque<InFlight> inFlight = new ArrayDeque<>();
    private long octets;

    private record InFlight(String name, int size, Future<Checked> result) {}

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
        List<CommandFailure> failures = new ArrayList<>();
        ExitStatus unreadable;
        try (ArchiveProgress progress = new ArchiveProgress(
                        archive, output, streams, text ? Optional.of(this::writeSums) : Optional.empty());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            archive.read(new ArchiveVisitor() {
                @Override
                public boolean message(StoredMessage message) {
                    try {
                        begin(message, threads);
                        while (isFull()) {
                            end(progress);
                        }
                    } catch (CommandFailure failure) {
                        failures.add(failure);
                    }
                    progress.show(sums.messages());
                    return failures.isEmpty() && !out.checkError();
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
            while (!inFlight.isEmpty()) {
                end(progress);
            }
            unreadable = progress.status();
        }
        if (text) {
            writeSums();
        }
        keep();
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        if (unreadable != ExitStatus.OK) {
            return unreadable;
        }
        return sums.hasAny(options.failOn()) ? ExitStatus.CHECK_FAILED : ExitStatus.OK;
    }

    private void writeSums() {
        sums.write(out);
    }

    private void begin(StoredMessage message, ExecutorService threads) throws CommandFailure {
        SmtpFacts smtp = check.facts(message.content(), options.fromHeaders() || !options.hasTransaction());
        Opened opened = check.open(message.content(), smtp);
        int size = message.content().length();
        octets += size;
        inFlight.add(new InFlight(message.name(), size, threads.submit(() -> opened.evaluate(dns))));
    }

    private boolean isFull() {
        return inFlight.size() >= MAX_IN_FLIGHT || octets > MAX_OCTETS_IN_FLIGHT;
    }

    /** Waits for the oldest message, and writes its line. */
    private void end(ArchiveProgress progress) throws CommandFailure {
        InFlight oldest = inFlight.remove();
        octets -= oldest.size();
        Checked checked;
        try {
            checked = oldest.result().get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitStatus.SOFTWARE, "interrupted at " + oldest.name());
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the check of " + oldest.name() + " failed", failed.getCause());
        }
        progress.hide();
        sums.add(checked);
        if (options.json()) {
            Explanation.Group report =
                    new Explanation.Group().count("schema", CheckReport.SCHEMA).text("file", oldest.name());
            new CheckReport(checked).json(options.explain()).members().forEach(report::put);
            JsonOutput.writeLine(report, streams.out());
        } else {
            out.println(CheckSums.line(checked, oldest.name(), style));
        }
    }

    private void keep() throws CommandFailure {
        if (options.ask() && options.replay().isPresent()) {
            dns.save(options.replay().get(), streams);
        } else if (options.record().isPresent()) {
            dns.save(options.record().get(), streams);
        }
        dns.missing().forEach(query -> streams.err().println("countersign: the snapshot has no answer to " + query));
    }
}
