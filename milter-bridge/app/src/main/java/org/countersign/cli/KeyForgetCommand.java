package org.countersign.cli;

import java.util.concurrent.Callable;
import org.countersign.rotation.KeyRotation.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code countersign key forget}. */
@Command(
        name = "forget",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Removes a key that is generated or gone from the states, with its private key.",
            "",
            "Its record must be gone from the DNS. Keys in other states are refused."
        },
        footer = {
            "",
            "Examples:",
            "  countersign key forget example.org r202611",
            "  countersign key forget example.org r202611 --config /etc/countersign/countersign.yaml"
        })
final class KeyForgetCommand implements Callable<Integer> {
    private final KeyConsole console;

    @Mixin
    private final KeyName name = new KeyName();

    @Mixin
    private final KeyOptions options = new KeyOptions();

    KeyForgetCommand(KeyConsole console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        Result result = options.work(console.clock()).run(rotation -> rotation.forget(name.domain(), name.selector()));
        return console.done(result).code();
    }
}
