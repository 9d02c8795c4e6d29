package org.countersign.systemd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The unit files of the package, in a namespace. */
final class ServiceUnits {
    static final String DIRECTORY = "/lib/systemd/system";
    static final List<String> NAMES =
            List.of("countersign.service", "countersign.socket", "countersign-postfix.socket");

    /** The program that the service starts. */
    static final String PROGRAM = "/usr/bin/countersign";

    private static final Path SOURCE =
            Path.of(System.getProperty("countersign.root"), "milter-bridge/package/src/systemd");

    private ServiceUnits() {}

    /** Installs the units and the file with the user, without starting or making anything. */
    static void install(SystemdNamespace namespace) throws IOException, InterruptedException {
        for (String name : NAMES) {
            namespace.copy(SOURCE.resolve(name), DIRECTORY + "/" + name);
        }
        namespace.copy(SOURCE.resolve("countersign.sysusers"), "/usr/lib/sysusers.d/countersign.conf");
        namespace.succeed("systemctl", "daemon-reload");
    }
}
