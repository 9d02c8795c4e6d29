package org.countersign.james.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import com.google.inject.Injector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import org.countersign.CountersignEngine;
import org.countersign.james.Await;
import org.countersign.james.engine.EngineRegistry.EngineLease;
import org.countersign.policy.Mode;
import org.countersign.service.FileFailure;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One engine for each policy file while it is leased. */
class EngineRegistryTest {
    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir
    private Path directory;

    private final EngineRegistry engines = new EngineRegistry(InstantSource.system(), OFTEN, OFTEN);

    private Path policy(String name, String... lines) throws Exception {
        return Files.writeString(directory.resolve(name), String.join("\n", lines) + "\n");
    }

    @Test
    void theSameFileGivesTheSameEngine() throws Exception {
        Path file = policy("mx.yaml", "mode: enforce");
        try (EngineLease first = engines.acquire(file);
                EngineLease again = engines.acquire(directory.resolve("conf/../mx.yaml"));
                EngineLease other = engines.acquire(policy("other.yaml"))) {
            assertThat(again.get()).isSameAs(first.get());
            assertThat(other.get()).isNotSameAs(first.get());
        }
    }

    @Test
    void returningTheLastLeaseReleasesTheFile() throws Exception {
        Path file = policy("mx.yaml", "mode: enforce");
        EngineLease first = engines.acquire(file);
        EngineLease second = engines.acquire(file);
        first.close();
        first.close();
        assertThat(engines.size()).isEqualTo(1);
        second.close();
        assertThat(engines.size()).isZero();
    }

    @Test
    void aChangedFileTakesEffectForEveryLease() throws Exception {
        Path file = policy("mx.yaml", "mode: monitor");
        try (EngineLease hook = engines.acquire(file);
                EngineLease mailet = engines.acquire(file)) {
            CountersignEngine before = hook.get();
            policy("mx.yaml", "mode: enforce", "# now");
            await(mailet, Mode.ENFORCE);
            assertThat(hook.policy()).isSameAs(mailet.policy());
            assertThat(hook.get()).isNotSameAs(before);
        }
    }

    @Test
    void changedKeysTakeEffectToo() throws Exception {
        Path file =
                policy("mx.yaml", "signing: { keys: [ { domain: home.example, selector: s, key-file: home.pem } ] }");
        Path key = Files.writeString(directory.resolve("home.pem"), TestKeys.RSA_PEM);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        try (EngineLease lease = engines.acquire(file)) {
            CountersignEngine before = lease.get();
            Files.writeString(key, TestKeys.RFC_8463_ED25519_PEM);
            Await.until(() -> lease.get() != before);
            assertThat(lease.policy().keyCount()).isEqualTo(1);
        }
    }

    private static void await(EngineLease lease, Mode mode) throws Exception {
        Await.until(() -> lease.policy().configuration().mode() == mode);
    }

    @Test
    void anInvalidFileIsNotLeased() throws Exception {
        Path file = policy("mx.yaml", "mode: enforced");
        assertThatThrownBy(() -> engines.acquire(file))
                .isInstanceOf(FileFailure.class)
                .hasMessageContaining(file + ":1: mode: ");
        assertThat(engines.size()).isZero();
    }

    @Test
    void theDeadlineIsLimitedForTheThreadsOfJames() throws Exception {
        try (EngineLease patient = engines.acquire(policy("slow.yaml", "dns: { deadline: 30s }"));
                EngineLease quick = engines.acquire(policy("quick.yaml", "dns: { timeout: 1s, deadline: 3s }"))) {
            assertThat(patient.policy().configuration().dns().deadline()).isEqualTo(Duration.ofSeconds(8));
            assertThat(quick.policy().configuration().dns().deadline()).isEqualTo(Duration.ofSeconds(3));
        }
    }

    /** James creates every handler and every mailet with a child injector of the server. */
    @Test
    void theInjectorsOfJamesShareOneRegistry() {
        Injector server = Guice.createInjector();
        Injector extensions = server.createChildInjector();
        assertThat(extensions.createChildInjector().getInstance(EngineRegistry.class))
                .isSameAs(extensions.createChildInjector().getInstance(EngineRegistry.class));
    }
}
