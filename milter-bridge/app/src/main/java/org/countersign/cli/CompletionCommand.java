package org.countersign.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code countersign completion}. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Writes a script that lets a shell complete commands and options. The Debian package installs it"
                + " for bash.",
        footer = {
            "",
            "Examples:",
            "  countersign completion bash >~/.local/share/bash-completion/completions/countersign",
            "  countersign completion zsh >~/.zfunc/_countersign",
            "",
            "For zsh, the directory must be in fpath before compinit runs."
        })
final class CompletionCommand implements Callable<Integer> {
    private final Streams streams;

    /** The shells that are known. */
    enum Shell {
        BASH,
        ZSH
    }

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell = Shell.BASH;

    CompletionCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        streams.out().print(script(Main.specification(), shell));
        return ExitStatus.OK.code();
    }

    /** The script. Shells read it and do not execute it, so it has no line with an interpreter. */
    static String script(CommandSpec program, Shell shell) {
        String script = AutoComplete.bash(program.name(), program.commandLine());
        String body = script.startsWith("#!") ? script.substring(script.indexOf('\n') + 1) : script;
        return switch (shell) {
            case BASH -> body;
            // The script defines functions for bash; the last line completes the words that it was loaded for.
            case ZSH ->
                "#compdef " + program.name() + "\n" + body + "\n_bash_complete -o default -F _complete_"
                        + program.name() + "\n";
        };
    }
}
