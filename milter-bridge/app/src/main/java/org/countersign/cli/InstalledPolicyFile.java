package org.countersign.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The value of {@code --config} where the option is missing. The launcher of an installed program names the file in a
 * system property. In a source checkout there is no such property and no default.
 */
final class InstalledPolicyFile {
    static final String PROPERTY = "countersign.config";

    static final String DESCRIPTION =
            "The policy file. An installed program reads /etc/countersign/countersign.yaml by default.";

    private InstalledPolicyFile() {}

    /** That of an installed program; empty in a source checkout. */
    static Optional<Path> find() {
        return Optional.of(System.getProperty(PROPERTY, ""))
                .filter(file -> !file.isEmpty())
                .map(Path::of);
    }

    /** Makes the file of the system property the default of each option {@code --config}. */
    static void addTo(CommandLine commands) {
        String file = System.getProperty(PROPERTY, "");
        if (!file.isEmpty()) {
            commands.setDefaultValueProvider(argument -> argument instanceof OptionSpec option
                            && option.longestName().equals("--config")
                    ? file
                    : argument.defaultValue());
        }
    }
}
