package org.countersign.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
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
        CodeSource source = Main.class.getProtectionDomain().getCodeSource();
        if (source == null || !source.getLocation().getPath().endsWith(".jar")) {
            return Optional.empty();
        }
        try (JarFile jar = new JarFile(Path.of(source.getLocation().toURI()).toFile())) {
            return Optional.ofNullable(jar.getManifest())
                    .map(manifest -> manifest.getMainAttributes().getValue(COMMIT))
                    .filter(commit -> !commit.isBlank());
        } catch (IOException | URISyntaxException unreadable) {
            return Optional.empty();
        }
    }
}
