package org.countersign.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.Architectures;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.countersign.CountersignEngine;
import org.countersign.smtp.HeaderField;
import org.junit.jupiter.api.Test;

/** Which package may know which, and what the engine must not know at all. */
class ArchitectureTest {
    /** The classes that stand where the engine's do, whatever else is on the class path. */
    private static final JavaClasses ENGINE = new ClassFileImporter()
            .importUrls(List.of(locationOf(CountersignEngine.class), locationOf(HeaderField.class)));

    private static URL locationOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    @Test
    void theScanSeesTheEngine() {
        assertThat(ENGINE.size()).isGreaterThan(40);
    }

    /** Each package of the engine, lowest first, and the packages below it that it may use. */
    private static final Map<String, List<String>> MAY_USE = mayUse();

    private static Map<String, List<String>> mayUse() {
        Map<String, List<String>> map = new LinkedHashMap<>();
        map.put("syntax", List.of());
        map.put("smtp", List.of("syntax"));
        map.put("domain", List.of("syntax"));
        map.put("metrics", List.of());
        map.put("dns", List.of("syntax", "domain", "metrics"));
        map.put("message", List.of("syntax", "domain", "smtp"));
        map.put("authres", List.of("syntax", "domain", "smtp", "message"));
        map.put("spf", List.of("syntax", "domain", "smtp", "message", "dns"));
        map.put("crypto", List.of());
        map.put("canonical", List.of("syntax", "smtp", "crypto"));
        map.put("keys", List.of("syntax", "domain", "smtp", "dns", "crypto"));
        map.put("signature", List.of("syntax", "domain", "smtp", "message", "dns", "canonical", "keys"));
        List<String> signed = List.of("crypto", "canonical", "keys", "signature");
        map.put("dkim", joined(List.of("syntax", "domain", "smtp", "message", "dns"), signed));
        map.put("arc", joined(List.of("syntax", "domain", "smtp", "message", "dns", "authres", "dkim"), signed));
        map.put("dmarc", List.of("syntax", "domain", "smtp", "message", "dns"));
        List<String> protocols = joined(
                List.of("syntax", "domain", "smtp", "message", "dns", "metrics"),
                joined(signed, List.of("spf", "dkim", "arc", "dmarc", "authres")));
        map.put("policy", protocols);
        map.put("signing", joined(protocols, List.of("policy")));
        map.put("", joined(protocols, List.of("policy", "signing")));
        map.put("inbound", joined(protocols, List.of("policy", "signing", "")));
        map.put("outbound", joined(protocols, List.of("policy", "signing", "", "inbound")));
        map.put("facade", joined(protocols, List.of("policy", "signing", "", "inbound")));
        map.put("explain", joined(protocols, List.of("policy", "signing", "inbound", "outbound", "")));
        return map;
    }

    private static List<String> joined(List<String> some, List<String> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    @Test
    void dependenciesBetweenPackagesPointOneWay() {
        Architectures.LayeredArchitecture layers = Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("org.countersign..")
                .withOptionalLayers(true);
        for (String name : MAY_USE.keySet()) {
            layers = layers.layer(layer(name))
                    .definedBy(name.isEmpty() ? "org.countersign" : "org.countersign." + name + "..");
        }
        for (Map.Entry<String, List<String>> each : MAY_USE.entrySet()) {
            Architectures.LayeredArchitecture.LayerDependencySpecification of = layers.whereLayer(layer(each.getKey()));
            layers = each.getValue().isEmpty()
                    ? of.mayNotAccessAnyLayer()
                    : of.mayOnlyAccessLayers(each.getValue().stream()
                            .map(ArchitectureTest::layer)
                            .toArray(String[]::new));
        }
        layers.check(ENGINE);
    }

    private static String layer(String name) {
        return name.isEmpty() ? "root" : name;
    }

    @Test
    void everyPackageOfTheEngineIsOnTheMap() {
        Set<String> packages = ENGINE.stream()
                .map(each -> each.getPackageName().substring("org.countersign".length()))
                .map(rest -> rest.isEmpty() ? "" : rest.substring(1).split("\\.", 2)[0])
                .collect(Collectors.toSet());
        assertThat(MAY_USE.keySet()).containsAll(packages);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.countersign.(*)..").should().beFreeOfCycles().check(ENGINE);
    }

    @Test
    void onlyTheWireKnowsTheDnsLibrary() {
        noClasses()
                .that(resideInAPackage("org.countersign..")
                        .and(resideInAPackage("org.countersign.dns.wire..").negate()))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.xbill..")
                .check(ENGINE);
    }

    @Test
    void theEngineOpensNoFileAndReadsNoClockOfItsOwn() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "javax.mail..", "jakarta.mail..", "org.apache.james..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(java.io.File.class, java.io.FileInputStream.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(ENGINE);
    }

    @Test
    void nothingStaticChanges() {
        fields().that().areStatic().should().haveModifier(JavaModifier.FINAL).check(ENGINE);
    }

    @Test
    void noPatternsAndNoStandardStreams() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Pattern.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(ENGINE);
    }

    @Test
    void everyPackageIsNullMarked() throws IOException {
        List<Path> unmarked;
        try (Stream<Path> files = Files.walk(SourceTree.root())) {
            unmarked = files.filter(Files::isDirectory)
                    .filter(directory -> directory.toString().contains("src/main/java"))
                    .filter(ArchitectureTest::holdsJavaFiles)
                    .filter(directory -> !isNullMarked(packageInfo(directory)))
                    .toList();
        }
        assertThat(unmarked).isEmpty();
    }

    private static boolean holdsJavaFiles(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    /** Classes that need a newer Java are in a folder of their own, and their package is described with the others. */
    private static Path packageInfo(Path directory) {
        return Path.of(directory.toString().replace("src/main/java22", "src/main/java"), "package-info.java");
    }

    private static boolean isNullMarked(Path packageInfo) {
        try {
            return Files.exists(packageInfo) && Files.readString(packageInfo).contains("@NullMarked");
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }
}
