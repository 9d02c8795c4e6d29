package org.countersign.cli;

import picocli.CommandLine.Option;

/** How a command reads the lines of mbox files that begin with {@code >From}. */
final class MboxrdOption {
    @Option(
            names = "--mboxrd",
            description =
                    "Restore all lines of mbox files that begin with >From. Default: those for which a DKIM signature proves it.")
    private boolean mboxrd;

    boolean isGiven() {
        return mboxrd;
    }
}
