package org.countersign.cli;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.estimate.ReportEstimate;
import org.countersign.reports.estimate.ReportEstimator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign reports estimate}. */
@Command(
        name = "estimate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Estimates what DMARC reports would cost: rows and octets in the store, and reports to send. It reads the"
                    + " lines of messages in the log of this service, best of a week.",
            "",
            "The log may have the format logfmt or json, with or without what syslog writes before it, and may be"
                    + " compressed by gzip. Nothing is changed, and nobody is asked."
        },
        footer = {
            "",
            "Examples:",
            "  countersign reports estimate /var/log/mail.log /var/log/mail.log.1",
            "  journalctl -t countersign --since -7d | countersign reports estimate -",
        })
final class ReportsEstimateCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";
    private static final int GZIP_1 = 0x1F;
    private static final int GZIP_2 = 0x8B;

    private final Streams streams;

    @Parameters(paramLabel = "LOG", arity = "1..*", description = "The files of the log; - is standard input.")
    private List<Path> files = List.of();

    @Option(names = "--json", description = "Write one JSON object.")
    private boolean json;

    @Option(
            names = "--config",
            paramLabel = "YAML",
            description =
                    "The policy file, for the limits and the time that rows are kept. Default: those without a file.")
    private Optional<Path> policyFile = Optional.empty();

    ReportsEstimateCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CommandFailure {
        ReportsSettings settings = settings();
        ReportEstimator estimator = new ReportEstimator();
        for (Path file : files) {
            read(file, estimator);
        }
        ReportEstimate estimate = estimator.estimate();
        if (estimate.received() == 0) {
            throw new CommandFailure(
                    ExitStatus.BAD_DATA,
                    "no line of an inbound message was found (" + estimate.lines() + " lines of other messages, "
                            + estimate.otherLines() + " other lines): give a log with lines of event=message and"
                            + " their time, in the format logfmt or json, and with log.messages: all; for example the"
                            + " output of journalctl -u countersign");
        }
        EstimateText text = new EstimateText(estimate, settings);
        if (json) {
            JsonOutput.write(text.explanation(), streams.out());
        } else {
            text.write(streams.out());
        }
        return ExitStatus.OK.code();
    }

    private ReportsSettings settings() throws CommandFailure {
        return policyFile.isPresent()
                ? PolicyFiles.read(policyFile.get()).extension(ReportsSettings.SECTION)
                : ReportsSettings.DEFAULT;
    }

    private void read(Path file, ReportEstimator estimator) throws CommandFailure {
        boolean standard = file.toString().equals(STANDARD_INPUT);
        String named = standard ? "standard input" : file.toString();
        try (InputStream in = standard ? streams.in() : InputFiles.open(file, named);
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(unpacked(new BufferedInputStream(in)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                estimator.add(line);
            }
        } catch (IOException unreadable) {
            throw InputFiles.failure(unreadable, named);
        }
    }

    private static InputStream unpacked(InputStream in) throws IOException {
        in.mark(2);
        boolean packed = in.read() == GZIP_1 && in.read() == GZIP_2;
        in.reset();
        return packed ? new GZIPInputStream(in) : in;
    }
}
