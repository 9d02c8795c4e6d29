package org.countersign.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.AuthenticationOutcome;
import org.countersign.Client;
import org.countersign.IncomingMail;
import org.countersign.SmtpTransaction;
import org.countersign.config.Configuration;
import org.countersign.config.EngineAssembly;
import org.countersign.domain.ReversePath;
import org.countersign.host.FileFailure;
import org.countersign.host.PolicyLoader;
import org.countersign.host.SystemClock;
import org.countersign.policy.Mode;
import org.countersign.policy.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Judges one message as if it arrived now, and shows every result with its evidence.",
        footer = {
            "",
            "Example:",
            "  countersign check mail.eml --ip 192.0.2.7 --helo mail.example.net \\",
            "      --mail-from bounce@example.net",
            "",
            "Without --config decisions are carried out (mode: enforce).",
            "Exit status: 0 accept or tag, 10 quarantine, 11 reject or discard, 12 tempfail,",
            "64 and above: an error.",
        })
final class CheckCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(paramLabel = "FILE", description = "The message; - for standard input.")
    private String file;

    @Option(names = "--ip", required = true, paramLabel = "ADDR", description = "Address of the client.")
    private InetAddress address;

    @Option(names = "--helo", required = true, paramLabel = "NAME", description = "What the client said in HELO.")
    private String helo;

    @Option(names = "--mail-from", required = true, paramLabel = "ADDR", description = "MAIL FROM; <> for a bounce.")
    private String mailFrom;

    @Option(names = "--rcpt", paramLabel = "ADDR", description = "A recipient; may be given several times.")
    private List<String> recipients = new ArrayList<>();

    @Option(names = "--dns", paramLabel = "HOST:PORT", description = "A DNS server instead of the usual ones.")
    private List<InetSocketAddress> servers = new ArrayList<>();

    @Option(names = "--config", paramLabel = "YAML", description = "The policy file.")
    private Optional<Path> configuration = Optional.empty();

    @Option(names = "--json", description = "Write JSON, for programs.")
    private boolean json;

    CheckCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CommandFailure {
        AuthenticationOutcome outcome = judge(settings());
        try {
            if (json) {
                OutcomeJson.write(outcome, streams.out());
            } else {
                OutcomeText.write(outcome, streams.out());
            }
        } catch (IOException problem) {
            throw new CommandFailure(ExitStatus.IO, "standard output cannot be written: " + problem.getMessage());
        }
        return status(outcome.decision().verdict()).code();
    }

    private Configuration settings() throws CommandFailure {
        Configuration settings =
                configuration.isPresent() ? policy(configuration.get()) : Configuration.DEFAULT.withMode(Mode.ENFORCE);
        return servers.isEmpty() ? settings : settings.withDns(settings.dns().withServers(servers));
    }

    private static Configuration policy(Path file) throws CommandFailure {
        try {
            return PolicyLoader.read(file, BridgeConfiguration::read).engine();
        } catch (FileFailure failure) {
            throw CommandFailure.of(failure);
        }
    }

    private AuthenticationOutcome judge(Configuration settings) throws CommandFailure {
        InstantSource clock = new SystemClock();
        SmtpTransaction transaction = new SmtpTransaction(
                new Client.Ip(address, ""), helo, ReversePath.parse(mailFrom), Optional.empty(), "", "");
        try (MessageFile message = MessageFile.open(file, streams);
                IncomingMail mail = EngineAssembly.authenticator(
                                settings, settings.dns().client(clock).cache(), clock)
                        .begin(transaction, new Client.Ip(address, ""))) {
            recipients.forEach(mail::recipient);
            message.pour(mail);
            return mail.conclude();
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
