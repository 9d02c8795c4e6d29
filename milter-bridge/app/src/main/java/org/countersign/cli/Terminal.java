package org.countersign.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds out whether the program writes to a terminal. The console of the JDK also exists where output is redirected. */
final class Terminal {
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    private Terminal() {}

    /** Whether a stream is the standard output of this process, and a person sees it on a terminal. */
    static boolean isStandardOutput(PrintStream stream) {
        try {
            String device = Files.readSymbolicLink(STANDARD_OUTPUT).toString();
            return stream.equals(System.out) && (device.startsWith("/dev/pts/") || device.startsWith("/dev/tty"));
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /** https://no-color.org: NO_COLOR is set and not empty, whatever its value. */
    static boolean allowsColours() {
        return System.getenv().getOrDefault("NO_COLOR", "").isEmpty()
                && !System.getenv().getOrDefault("TERM", "dumb").equals("dumb");
    }
}
