package org.countersign.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.domain.DomainName;
import org.countersign.rotation.DynamicUpdate;
import org.countersign.rotation.KeyRotation.Known;
import org.countersign.rotation.KeyRotation.Result;
import org.countersign.rotation.KeyState;
import org.countersign.rotation.RecordText;
import org.countersign.rotation.TsigKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign key publish}. */
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Adds the record of a new key by a dynamic update (RFC 2136) with TSIG, and asks every server for it."
                    + " Never replaces a TXT record.",
            "",
            "This is optional: a record may be published in any way."
        },
        footer = {
            "",
            "Examples:",
            "  countersign key publish example.org --server 192.0.2.53 --tsig-file rotate.key",
            "  countersign key publish example.org --server 192.0.2.53 --print"
        })
final class KeyPublishCommand implements Callable<Integer> {
    private final KeyConsole console;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DOMAIN", description = "The signing domain.")
    private DomainName domain;

    @Option(
            names = "--server",
            required = true,
            paramLabel = "ADDR[:PORT]",
            description = "The primary server of the zone.")
    private InetSocketAddress server;

    @Option(
            names = "--tsig-file",
            paramLabel = "FILE",
            description = "A key as tsig-keygen writes it; only you may read the file.")
    private Optional<Path> tsig = Optional.empty();

    @Option(names = "--print", description = "Write the input for nsupdate(1), and change nothing.")
    private boolean print;

    @Mixin
    private final KeyOptions options = new KeyOptions();

    KeyPublishCommand(KeyConsole console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        KeyWork work = options.work(console.clock());
        if (print) {
            String named = server.getAddress().getHostAddress() + " " + server.getPort();
            Known known = work.run(rotation -> rotation.known(domain));
            console.notes(known.notes());
            known.states().of(domain).stream()
                    .filter(key -> key.state() == KeyState.GENERATED)
                    .forEach(key -> RecordText.nsupdate(key, Optional.of(named)).forEach(console.out()::println));
            return ExitStatus.OK.code();
        }
        Path file = tsig.orElseThrow(() -> new ParameterException(
                spec.commandLine(), "--tsig-file is missing; --print writes the input for nsupdate"));
        TsigKey key = InputFiles.readArgument(() -> TsigKey.read(file));
        Result result = work.run(rotation -> rotation.publish(domain, new DynamicUpdate(server, key)));
        console.text().steps(result);
        console.text().status(result.keys());
        return console.finish(result).code();
    }
}
