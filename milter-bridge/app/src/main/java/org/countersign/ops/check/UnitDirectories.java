package org.countersign.ops.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import org.countersign.service.HostCommand;

/** The directories that systemd makes when it starts the installed service. */
final class UnitDirectories {
    private static final Map<String, Path> PLACES = Map.of(
            "RuntimeDirectory", Path.of("/run"),
            "StateDirectory", Path.of("/var/lib"),
            "LogsDirectory", Path.of("/var/log"));

    private UnitDirectories() {}

    /** Whether a directory does not exist, and systemd will make it. */
    static boolean areMissing(Path directory) {
        return !Files.exists(directory)
                && isNamed(
                        directory,
                        HostCommand.run(
                                        "systemctl",
                                        "show",
                                        "--property=RuntimeDirectory,StateDirectory,LogsDirectory",
                                        "countersign.service")
                                .orElse(""));
    }

    /**
     * Whether properties of a unit name a directory.
     *
     * @param properties lines such as {@code RuntimeDirectory=countersign}
     */
    static boolean isNamed(Path directory, String properties) {
        for (String line : properties.lines().toList()) {
            List<String> parts = List.of(line.split("=", 2));
            if (parts.size() == 2 && PLACES.containsKey(parts.getFirst())) {
                Path place = PLACES.getOrDefault(parts.getFirst(), directory);
                StringTokenizer names = new StringTokenizer(parts.getLast());
                while (names.hasMoreTokens()) {
                    if (place.resolve(names.nextToken()).equals(directory)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
