package org.countersign.cli;

import java.util.concurrent.Callable;
import org.countersign.rotation.KeyRotation.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code countersign key revoke}. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Ends the signing of a key at once, because somebody else may have it. Shows the record that"
                + " revokes it. Its successor signs, if one is ready.",
        footer = {
            "",
            "Examples:",
            "  countersign key revoke example.org r202611",
            "  countersign key revoke example.org r202611 --config /etc/countersign/countersign.yaml"
        })
final class KeyRevokeCommand implements Callable<Integer> {
    private final KeyConsole console;

    @Mixin
    private final KeyName name = new KeyName();

    @Mixin
    private final KeyOptions options = new KeyOptions();

    KeyRevokeCommand(KeyConsole console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        Result result = options.work(console.clock()).run(rotation -> rotation.revoke(name.domain(), name.selector()));
        console.text().steps(result);
        return console.finish(result).code();
    }
}
