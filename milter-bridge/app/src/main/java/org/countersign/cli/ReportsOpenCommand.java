package org.countersign.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.ops.HttpSettings;
import org.countersign.web.access.AccessToken;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign reports open}. */
@Command(
        name = "open",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Prints a link that opens the web page in a browser, once and within two minutes.",
        footer = {
            "",
            "Examples:",
            "  countersign reports open",
            "  countersign reports open --at https://reports.example.org/reports/",
            "",
            "Run it as root or as the user of the service: nobody else can read the token",
            "file. The policy file must set http.listen and http.web. To read the page of",
            "another host, forward its port first:",
            "ssh -L 9891:127.0.0.1:9891 mx.example.org",
        })
final class ReportsOpenCommand implements Callable<Integer> {
    private final Streams streams;
    private final InstantSource clock;

    @Option(
            names = "--at",
            paramLabel = "URL",
            description = "How the browser reaches the page, if that is not the address that it listens on.")
    private Optional<String> at = Optional.empty();

    @Mixin
    private final OptionalPolicyFile config = new OptionalPolicyFile();

    ReportsOpenCommand(Streams streams, InstantSource clock) {
        this.streams = streams;
        this.clock = clock;
    }

    @Override
    public Integer call() throws CommandFailure {
        Path policyFile = config.file()
                .orElseThrow(() -> new CommandFailure(
                        ExitStatus.USAGE, "no policy file is installed: name it with --config YAML"));
        HttpSettings settings = HttpSettings.of(PolicyFiles.read(policyFile));
        String url = settings.url()
                .orElseThrow(
                        () -> new CommandFailure(
                                ExitStatus.CONFIGURATION,
                                "there is no web page: set it in " + policyFile
                                        + ", for example http: { listen: \"127.0.0.1:9891\", web: true }, and restart the service"));
        String base = at.orElse(url);
        try {
            AccessToken token = AccessToken.read(settings.access(policyFile).tokenFile());
            streams.out().println(base + (base.endsWith("/") ? "" : "/") + "?ticket=" + token.ticket(clock.instant()));
        } catch (IOException problem) {
            ExitStatus status =
                    problem.getCause() instanceof NoSuchFileException ? ExitStatus.NO_INPUT : ExitStatus.NO_PERMISSION;
            throw new CommandFailure(status, String.valueOf(problem.getMessage()));
        }
        return ExitStatus.OK.code();
    }
}
