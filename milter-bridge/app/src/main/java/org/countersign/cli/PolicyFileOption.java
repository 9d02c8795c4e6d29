package org.countersign.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The policy file of a command that cannot do without it. An installed program has a default. */
final class PolicyFileOption {
    @Option(names = "--config", required = true, paramLabel = "YAML", description = InstalledPolicyFile.DESCRIPTION)
    private Path file = Path.of("");

    Path file() {
        return file;
    }
}
