package org.countersign.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that consists of commands, and does nothing without one of them. */
abstract class CommandGroup implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Runs when the command line names no command. */
    @Override
    public final void run() {
        throw wrongUsage("a command is missing");
    }

    /** The end of a command whose options or parameters are wrong. */
    final ParameterException wrongUsage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
