package org.countersign.house;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.countersign.CountersignEngine;
import org.junit.jupiter.api.Test;

/** Which package may know which, and what the engine must not know at all. */
class ArchitectureTest {
    /** The classes that stand where the engine's do, whatever else is on the class path. */
    private static final JavaClasses ENGINE = new ClassFileImporter()
            .importUrl(CountersignEngine.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation());

    @Test
    void theScanSeesTheEngine() {
        assertThat(ENGINE.size()).isGreaterThan(40);
    }

    @Test
    void dependenciesBetweenPackagesPointOneWay() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("org.countersign..")
                .withOptionalLayers(true)
                .layer("syntax")
                .definedBy("org.countersign.syntax..")
                .layer("domain")
                .definedBy("org.countersign.domain..")
                .layer("dns")
                .definedBy("org.countersign.dns..")
                .layer("message")
                .definedBy("org.countersign.message..")
                .layer("authres")
                .definedBy("org.countersign.authres..")
                .layer("spf")
                .definedBy("org.countersign.spf..")
                .layer("dkim")
                .definedBy("org.countersign.dkim..")
                .layer("arc")
                .definedBy("org.countersign.arc..")
                .layer("dmarc")
                .definedBy("org.countersign.dmarc..")
                .layer("policy")
                .definedBy("org.countersign.policy..")
                .layer("signing")
                .definedBy("org.countersign.signing..")
                .layer("root")
                .definedBy("org.countersign")
                .layer("config")
                .definedBy("org.countersign.config..")
                .whereLayer("domain")
                .mayOnlyAccessLayers("syntax")
                .whereLayer("syntax")
                .mayNotAccessAnyLayer()
                .whereLayer("dns")
                .mayOnlyAccessLayers("syntax", "domain")
                .whereLayer("message")
                .mayOnlyAccessLayers("syntax", "domain")
                .whereLayer("authres")
                .mayOnlyAccessLayers("syntax", "domain", "message")
                .whereLayer("spf")
                .mayOnlyAccessLayers("syntax", "domain", "message", "dns")
                .whereLayer("dkim")
                .mayOnlyAccessLayers("syntax", "domain", "message", "dns")
                .whereLayer("arc")
                .mayOnlyAccessLayers("syntax", "domain", "message", "dns", "authres", "dkim")
                .whereLayer("dmarc")
                .mayOnlyAccessLayers("syntax", "domain", "message", "dns")
                .whereLayer("policy")
                .mayOnlyBeAccessedByLayers("signing", "root", "config")
                .whereLayer("signing")
                .mayOnlyBeAccessedByLayers("root", "config")
                .whereLayer("root")
                .mayOnlyBeAccessedByLayers("config")
                .whereLayer("config")
                .mayNotBeAccessedByAnyLayer()
                .check(ENGINE);
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
                    .filter(directory -> !isNullMarked(directory.resolve("package-info.java")))
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

    private static boolean isNullMarked(Path packageInfo) {
        try {
            return Files.exists(packageInfo) && Files.readString(packageInfo).contains("@NullMarked");
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }
}
