package org.countersign.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Finds out whether the program writes to a terminal. The console of the JDK also exists where output is redirected. */
final class Terminal {
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /** Whether a stream is the standard output of this process, and a person sees it on a terminal. */
    static boolean isStandardOutput(PrintStream stream) {
        return stream.equals(System.out) && isTerminal(STANDARD_OUTPUT);
    }

    /** Whether a stream is the standard error of this process, and a person sees it on a terminal. */
    static boolean isStandardError(PrintStream stream) {
        return stream.equals(System.err) && isTerminal(STANDARD_ERROR);
    }

    private static boolean isTerminal(Path descriptor) {
        try {
            String device = Files.readSymbolicLink(descriptor).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /** https://no-color.org: NO_COLOR is set and not empty, whatever its value. */
    static boolean allowsColours() {
        return allowsColours(System.getenv());
    }

    /** The same for an environment. */
    static boolean allowsColours(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }
}
