package org.countersign.cli;

import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.countersign.demo.Demo;
import picocli.CommandLine.Command;

/** {@code countersign demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Sends a few messages through the filter on a loopback port, and shows what happens to each.",
            "",
            "No mail leaves this machine, and no DNS server is asked. It shows what the service does before anything is installed."
        },
        footer = {"", "Examples:", "  countersign demo", "  countersign demo | less"})
final class DemoCommand implements Callable<Integer> {
    private final Streams streams;

    DemoCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CommandFailure {
        try {
            return (Demo.run(streams.out(), InstantSource.system()) ? ExitStatus.OK : ExitStatus.SOFTWARE).code();
        } catch (IOException problem) {
            throw new CommandFailure(ExitStatus.IO, "the demo cannot use a loopback socket: " + problem.getMessage());
        }
    }
}
