package org.countersign.milter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.Architectures;
import java.util.List;
import org.countersign.milter.server.MilterServer;
import org.junit.jupiter.api.Test;

/** The protocol is a library of its own: what it depends on, and which of its packages may use which. */
class ProtocolArchitectureTest {
    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .importUrls(List.of(
                    MilterServer.class.getProtectionDomain().getCodeSource().getLocation()));

    @Test
    void theScanFindsTheLibrary() {
        assertThat(LIBRARY.size()).isGreaterThan(40);
    }

    @Test
    void theLibraryDependsOnNoMailEngine() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "org.countersign.milter..",
                        "org.countersign.syntax..",
                        "org.countersign.smtp..",
                        "org.countersign.metrics..")
                .check(LIBRARY);
    }

    @Test
    void dependenciesBetweenPackagesPointOneWay() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("org.countersign.milter..")
                .layer("wire")
                .definedBy("org.countersign.milter.wire")
                .layer("session")
                .definedBy("org.countersign.milter.session")
                .layer("server")
                .definedBy("org.countersign.milter.server")
                .layer("client")
                .definedBy("org.countersign.milter.client")
                .ensureAllClassesAreContainedInArchitectureIgnoring("org.countersign.milter")
                .whereLayer("wire")
                .mayNotAccessAnyLayer()
                .whereLayer("session")
                .mayOnlyAccessLayers("wire")
                .whereLayer("server")
                .mayOnlyAccessLayers("session", "wire")
                .whereLayer("client")
                .mayOnlyAccessLayers("wire")
                .check(LIBRARY);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.countersign.milter.(*)..")
                .should()
                .beFreeOfCycles()
                .check(LIBRARY);
    }
}
