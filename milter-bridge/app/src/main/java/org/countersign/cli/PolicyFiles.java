package org.countersign.cli;

import java.nio.file.Path;
import java.util.List;
import org.countersign.config.Configuration;
import org.countersign.config.ParsedConfiguration;
import org.countersign.config.SigningConfiguration;
import org.countersign.config.SigningTableFile;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.service.PolicyLoader;
import org.countersign.signing.SigningPolicy;

/** Reads the policy file of a command, and the files that it names. A file that cannot be used ends the command. */
final class PolicyFiles {
    private PolicyFiles() {}

    /**
     * The settings of a policy file, whatever its examples expect.
     *
     * @throws CommandFailure if the file cannot be read, or with a line for each problem in it
     */
    static Configuration read(Path file) throws CommandFailure {
        return readWithWarnings(file).configuration();
    }

    /** The same with the warnings about settings that are valid, and with the origin of each setting. */
    static ParsedConfiguration.Valid readWithWarnings(Path file) throws CommandFailure {
        return InputFiles.read(() -> PolicyLoader.readWithoutExamples(file, BridgeConfiguration.FRONT_END));
    }

    /**
     * The settings of a policy file whose rules decide about messages.
     *
     * @throws CommandFailure also with a line for each example with another result than the expected one
     */
    static Configuration readForDecisions(Path file) throws CommandFailure {
        return InputFiles.read(() -> PolicyLoader.read(file, BridgeConfiguration.FRONT_END))
                .configuration();
    }

    /**
     * What a policy file says about signing: the table file and the keys.
     *
     * @param configuration the settings of the policy file
     * @throws CommandFailure with a line for each problem
     */
    static SigningPolicy readSigning(Path file, Configuration configuration) throws CommandFailure {
        return InputFiles.read(() -> PolicyLoader.readSigning(file, configuration));
    }

    /**
     * The lines of the table file that a policy file names, and a line for each key file of its templates.
     *
     * @throws CommandFailure if a file cannot be read, or with a line for each problem in the table
     */
    static List<SigningTableFile.Line> readTable(Path policyFile, SigningConfiguration signing) throws CommandFailure {
        return InputFiles.read(() -> PolicyLoader.readTable(policyFile, signing));
    }
}
