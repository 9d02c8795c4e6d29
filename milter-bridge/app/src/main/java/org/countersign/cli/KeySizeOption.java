package org.countersign.cli;

import java.util.Optional;
import org.countersign.rotation.NewKeyRequest;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The size of a new RSA key. */
final class KeySizeOption {
    private static final int MIN = 1024;
    private static final int MAX = 8192;

    @Option(names = "--bits", paramLabel = "N", description = "Size of an RSA key, 1024 to 8192. Default: 2048.")
    private Optional<Integer> bits = Optional.empty();

    boolean isGiven() {
        return bits.isPresent();
    }

    /**
     * The size in bits.
     *
     * @param command the command that has this option
     * @throws ParameterException for a size outside of the bounds
     */
    int bits(CommandSpec command) {
        int size = bits.orElse(NewKeyRequest.DEFAULT_BITS);
        if (size < MIN || size > MAX) {
            throw new ParameterException(command.commandLine(), "--bits must be from " + MIN + " to " + MAX);
        }
        return size;
    }
}
