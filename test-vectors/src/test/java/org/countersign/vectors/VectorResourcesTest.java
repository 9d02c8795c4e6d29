package org.countersign.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorResourcesTest {
    @Test
    void theIndexNamesExactlyTheFilesThatThereAre() throws Exception {
        Path folder = classes().resolve("org/countersign/vectors");
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> found = files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> !name.endsWith(".class") && !name.equals(VectorResources.INDEX))
                    .sorted()
                    .toList();
            assertThat(VectorResources.below(""))
                    .as("run test-vectors/generate/index.py after adding or removing a file")
                    .isEqualTo(found);
        }
    }

    @Test
    void theCasesAreFoundInsideAJar(@TempDir Path folder) throws Exception {
        Path jar = folder.resolve("vectors.jar");
        pack(classes(), jar);
        ClassLoader above = Objects.requireNonNull(VectorResources.class.getClassLoader());
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, new OnlyLibraries(above))) {
            Class<?> pack = loader.loadClass(ConformancePack.class.getName());
            assertThat(pack).isNotEqualTo(ConformancePack.class);
            assertThat((List<?>) pack.getMethod("load").invoke(null)).hasSameSizeAs(ConformancePack.load());
        }
    }

    private static Path classes() throws URISyntaxException {
        Path classes = Path.of(VectorResources.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assumeTrue(Files.isDirectory(classes), "the vectors are in a jar");
        return classes;
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (FileSystem target = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of("create", "true"));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = target.getPath(classes.relativize(file).toString());
                Files.createDirectories(
                        Objects.requireNonNull(copy.toAbsolutePath().getParent()));
                Files.copy(file, copy);
            }
        }
    }

    /** Hides the classes under test, so that they are loaded from the jar. */
    private static final class OnlyLibraries extends ClassLoader {
        OnlyLibraries(ClassLoader above) {
            super(above);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.countersign.")) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }
}
