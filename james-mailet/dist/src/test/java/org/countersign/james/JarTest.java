package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar contains everything it needs that James does not have, and no class with the name of one in James. */
class JarTest {
    private static final List<String> ORIGINALS = List.of(
            "com/fasterxml",
            "com/github/benmanes",
            "com/google/errorprone",
            "com/ibm/icu",
            "org/apache/commons/io",
            "org/apache/hc",
            "org/apache/james/mime4j",
            "org/bouncycastle",
            "org/jspecify",
            "org/postgresql",
            "org/publicsuffix",
            "org/snakeyaml",
            "org/xbill");

    private final ShippedJar jar = new ShippedJar(StockJames.jar());

    /** But for SQLite, whose native library calls its classes by their names. */
    @Test
    void everyClassIsInAPackageOfCountersign() throws Exception {
        assertThat(jar.entries())
                .allSatisfy(
                        name -> assertThat(name)
                                .matches(
                                        "org/countersign/.*|org/sqlite/.*|META-INF/(MANIFEST\\.MF|NOTICE(\\.txt)?|LICENSE(\\.md|\\.txt|-countersign)?|[A-Za-z-]+-LICENSE)"));
    }

    @Test
    void jamesHasNoneOfThePackages() throws Exception {
        Set<String> both = new TreeSet<>();
        for (Path other : StockJames.jarsOfJames()) {
            both.addAll(new ShippedJar(other).packages());
        }
        assertThat(both).contains("org/xbill/DNS", "org/apache/james/smtpserver");
        both.retainAll(jar.packages());
        assertThat(both).isEmpty();
    }

    @Test
    void noClassUsesTheOriginalPackageOfALibrary() throws Exception {
        List<String> names = new ArrayList<>(ORIGINALS);
        ORIGINALS.forEach(name -> names.add(name.replace('/', '.')));
        assertThat(jar.classesThatName(names)).isEmpty();
    }

    @Test
    void everyClassItNeedsIsInTheJarOrInJames() {
        // Classes that libraries need on other systems only, and annotations.
        assertThat(jar.missing(StockJames.jarsOfJames()))
                .allSatisfy(name -> assertThat(name)
                        .matches("android\\..*|com\\.sun\\.jna\\..*|org\\.countersign\\.libs\\.errorprone\\..*"));
    }

    @Test
    void itsSizeIsModerate() throws Exception {
        assertThat(Files.size(jar.file())).isBetween(2_000_000L, 11_000_000L);
    }

    @Test
    void itsLibrariesFindTheirResourcesInTheNewPackages() throws Exception {
        try (URLClassLoader alone = alone()) {
            Class<?> names = alone.loadClass("org.countersign.domain.DomainName");
            assertThat(names.getMethod("parse", String.class).invoke(null, "b\u00FCcher.example"))
                    .hasToString("Optional[xn--bcher-kva.example]");
            Class<?> suffixes = alone.loadClass("org.countersign.dmarc.PublicSuffixList");
            assertThat(suffixes.getMethod("version")
                            .invoke(suffixes.getMethod("bundled").invoke(null)))
                    .asString()
                    .startsWith("20");
        }
    }

    @Test
    void bothDatabasesAreFoundInTheClassLoaderOfExtensions(@TempDir Path directory) throws Exception {
        try (URLClassLoader alone = alone()) {
            Class<?> location = alone.loadClass("org.countersign.store.StoreLocation");
            Object file = alone.loadClass("org.countersign.store.StoreLocation$File")
                    .getConstructor(Path.class)
                    .newInstance(directory.resolve("store.db"));
            try (AutoCloseable store = (AutoCloseable) alone.loadClass("org.countersign.store.Store")
                    .getMethod("openForWriting", location)
                    .invoke(null, file)) {
                assertThat(store).isNotNull();
            }
            Driver driver = (Driver) alone.loadClass("org.countersign.libs.postgresql.Driver")
                    .getConstructor()
                    .newInstance();
            assertThat(driver.acceptsURL("jdbc:postgresql://db.example.org/countersign"))
                    .isTrue();
        }
    }

    /** The jar with nothing else on the class path but James' logging. */
    private URLClassLoader alone() throws Exception {
        List<URL> urls = new ArrayList<>();
        urls.add(jar.file().toUri().toURL());
        for (Path other : StockJames.jarsOfJames()) {
            if (other.getFileName().toString().startsWith("slf4j-api")) {
                urls.add(other.toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
