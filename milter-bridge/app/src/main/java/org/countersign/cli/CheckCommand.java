package org.countersign.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.TrafficRules.Direction;
import org.countersign.config.Configuration;
import org.countersign.config.DnsSettings;
import org.countersign.inbound.InboundMessage;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.policy.Verdict;
import org.countersign.service.DnsResolver;
import org.countersign.service.EngineFactory;
import org.countersign.service.FileFailure;
import org.countersign.service.PolicyLoader;
import org.countersign.service.SystemClock;
import org.countersign.signing.SigningPolicy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code countersign check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Evaluates one message as if it arrived now, and shows every result with its evidence.",
        footer = {
            "",
            "Examples:",
            "  countersign check mail.eml --ip 192.0.2.7 --helo mail.example.net \\",
            "      --mail-from bounce@example.net",
            "  countersign check mail.eml --config countersign.yaml --user alice@example.org",
            "",
            "Options that are omitted are taken from the Return-Path field and the top",
            "Received field of the message; the output shows the source of each value.",
            "With a policy file a message is inbound, outbound or internal, as in serve.",
            "Without one the mode is monitor.",
            "Exit status: 0 accept or tag, 10 quarantine, 11 reject or discard, 12 tempfail,",
            "64 and above: an error.",
        })
final class CheckCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(paramLabel = "FILE", description = "The message; - is standard input.")
    private String file;

    @Mixin
    private final CheckOptions options = new CheckOptions();

    CheckCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CommandFailure {
        Configuration settings = settings();
        try (MessageFile message = MessageFile.open(file, streams)) {
            TraceFields trace = new TraceFields();
            message.pour(trace);
            SmtpFacts smtp = SmtpFacts.of(options, trace);
            CheckReport report = new CheckReport(conclude(message, smtp.transaction(), settings), smtp);
            write(report);
            return status(report.outcome().decision().verdict()).code();
        }
    }

    private void write(CheckReport report) throws CommandFailure {
        try {
            if (options.json()) {
                report.writeJson(streams.out());
            } else {
                report.writeText(streams.out());
            }
        } catch (IOException problem) {
            throw new CommandFailure(ExitStatus.IO, "standard output cannot be written: " + problem.getMessage());
        }
    }

    private Configuration settings() throws CommandFailure {
        return options.configuration().isPresent()
                ? policy(options.configuration().get())
                : Configuration.DEFAULT;
    }

    private static Configuration policy(Path file) throws CommandFailure {
        try {
            return PolicyLoader.read(file, BridgeConfiguration.FRONT_END).configuration();
        } catch (FileFailure failure) {
            throw CommandFailure.of(failure);
        }
    }

    private MessageOutcome conclude(MessageFile message, SmtpTransaction transaction, Configuration settings)
            throws CommandFailure {
        InstantSource clock = new SystemClock();
        DnsSettings dns =
                options.servers().isEmpty() ? settings.dns() : settings.dns().withServers(options.servers());
        CountersignEngine engine = EngineFactory.engine(
                settings,
                signing(transaction, settings),
                DnsResolver.of(dns, clock).cache(),
                clock,
                (identity, published) -> {});
        try (MessageSession flow = engine.openAccepted(transaction)) {
            options.recipients().forEach(flow::recipient);
            message.pour(flow);
            MessageOutcome conclusion = flow.conclude();
            return flow instanceof InboundMessage mail && conclusion instanceof MessageOutcome.Judged outcome
                    ? outcome.withLookups(mail.awaitLookups())
                    : conclusion;
        }
    }

    /** Reads the keys for outbound mail only, so that a user without access to them can check inbound mail. */
    private SigningPolicy signing(SmtpTransaction transaction, Configuration settings) throws CommandFailure {
        boolean outbound = settings.traffic().direction(transaction) == Direction.OUTBOUND;
        if (!outbound || options.configuration().isEmpty()) {
            return SigningPolicy.NOTHING;
        }
        try {
            return PolicyLoader.readSigning(options.configuration().get(), settings);
        } catch (FileFailure failure) {
            throw CommandFailure.of(failure);
        }
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
