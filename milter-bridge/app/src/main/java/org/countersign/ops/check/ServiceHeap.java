package org.countersign.ops.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The heap of the service, which is not that of the command that checks it. */
final class ServiceHeap {
    // That of the launcher of the package.
    private static final long OF_PACKAGE = 64L << 20;
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])-Xmx(\\d{1,12})([kKmMgGtT]?)(?!\\w)");

    private ServiceHeap() {}

    /**
     * Its maximum size in octets.
     *
     * @param installedPolicy the policy file of an installed program, which tells where the options of the service are; empty
     *     for a program that has the same options for each command
     */
    static long octets(Optional<Path> installedPolicy) {
        return installedPolicy
                .map(policy -> policy.toAbsolutePath()
                        .resolve("../../default/countersign")
                        .normalize())
                .map(defaults -> option(defaults).orElse(OF_PACKAGE))
                .orElseGet(() -> Runtime.getRuntime().maxMemory());
    }

    private static Optional<Long> option(Path defaults) {
        try {
            Optional<Long> found = Optional.empty();
            for (String line : Files.readAllLines(defaults)) {
                if (line.strip().startsWith("COUNTERSIGN_JAVA_OPTS=")) {
                    found = parse(line);
                }
            }
            return found;
        } catch (IOException missing) {
            return Optional.empty();
        }
    }

    /** The last option counts. */
    private static Optional<Long> parse(String options) {
        Optional<Long> found = Optional.empty();
        Matcher option = OPTION.matcher(options);
        while (option.find()) {
            int shift = switch (option.group(2)) {
                case "k", "K" -> 10;
                case "m", "M" -> 20;
                case "g", "G" -> 30;
                case "t", "T" -> 40;
                default -> 0;
            };
            found = Optional.of(Long.parseLong(option.group(1)) << shift);
        }
        return found;
    }
}
