package org.countersign.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code countersign version}. */
@Command(
        name = "version",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the version of the program, the Java that runs it, and the commit that it was built from,"
                    + " if the build has named one. Add its output to a report of an error.",
            "",
            "No configuration is read."
        },
        footer = {"", "Examples:", "  countersign version", "  countersign version --debug"})
final class VersionCommand implements Callable<Integer> {
    private final Streams streams;

    VersionCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        streams.out().println("countersign " + ProgramVersion.version());
        streams.out()
                .println("java " + Runtime.version() + " (" + System.getProperty("java.vendor", "unknown") + "), "
                        + System.getProperty("os.name", "unknown") + " " + System.getProperty("os.arch", "unknown"));
        ProgramVersion.commit().ifPresent(commit -> streams.out().println("commit " + commit));
        return ExitStatus.OK.code();
    }
}
