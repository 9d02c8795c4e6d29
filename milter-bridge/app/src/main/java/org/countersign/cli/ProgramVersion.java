package org.countersign.cli;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.Optional;
import java.util.jar.JarFile;

/** What the manifest of the jar says about this build. */
final class ProgramVersion {
    private static final String COMMIT = "Implementation-Commit";

    private ProgramVersion() {}

    /** The version, or that the program does not run from its jar. */
    static String version() {
        return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)");
    }

    /** The commit that this build was made of, if the build has named it. */
    static Optional<String> commit() {
        // Not by the code source, which a class of the class archive (class data sharing) may not have.
        URL program = Main.class.getResource(Main.class.getSimpleName() + ".class");
        try {
            if (program == null || !(program.openConnection() instanceof JarURLConnection jar)) {
                return Optional.empty();
            }
            jar.setUseCaches(false);
            try (JarFile file = jar.getJarFile()) {
                return Optional.ofNullable(file.getManifest())
                        .map(manifest -> manifest.getMainAttributes().getValue(COMMIT))
                        .filter(commit -> !commit.isBlank());
            }
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
