package org.countersign.james.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.countersign.dns.DnsQuery;
import org.countersign.domain.DomainName;
import org.countersign.james.Await;
import org.countersign.james.HookLogCapture;
import org.countersign.james.InboundFixture;
import org.countersign.james.engine.EngineRegistry.EngineLease;
import org.countersign.policy.Mode;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log lines of the engines that hooks and mailets share. */
class EngineRegistryLogTest {
    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir
    private Path directory;

    private final EngineRegistry engines = new EngineRegistry(InstantSource.system(), OFTEN, OFTEN);

    private Path policy(String... lines) throws Exception {
        return Files.writeString(directory.resolve("mx.yaml"), String.join("\n", lines) + "\n");
    }

    @Test
    void theLogHasTheWarningsAboutAPolicy() throws Exception {
        Path file = policy("rules:", "  - { name: all, when: {}, then: accept }");
        String warning = "WARN policy-warning policy-file=" + file + " warning=\"" + file;
        try (HookLogCapture log = new HookLogCapture();
                EngineLease lease = engines.acquire(file)) {
            assertThat(log.lines()).anySatisfy(line -> assertThat(line).startsWith(warning + ":2: "));
            policy("mode: enforce", "rules:", "  - { name: all, when: {}, then: accept }");
            Await.until(() -> lease.policy().configuration().mode() == Mode.ENFORCE);
            Await.until(() -> log.lines().stream().anyMatch(line -> line.startsWith(warning + ":3: ")));
        }
    }

    @Test
    void theLogHasDnsCountersAtIntervalsAndAtTheEnd() throws Exception {
        try (ZoneServer dns = ZoneServer.start(InboundFixture.zone());
                HookLogCapture log = new HookLogCapture()) {
            Path file = policy(
                    "dns: { servers: [\"127.0.0.1:" + dns.address().getPort() + "\"], timeout: 30s, deadline: 60s }");
            try (EngineLease lease = engines.acquire(file)) {
                ask(lease, "sender.example");
                String expected = "INFO dns policy-file=" + file + " hits=0 misses=1 stale=0 failures=0 overloads=0";
                Await.until(() -> dnsLines(log).stream().anyMatch(line -> line.startsWith(expected)));
            }
            EngineRegistry seldom = new EngineRegistry(InstantSource.system(), OFTEN, Duration.ofDays(1));
            try (EngineLease lease = seldom.acquire(file)) {
                ask(lease, "sender.example");
                ask(lease, "sender.example");
            }
            assertThat(dnsLines(log).getLast()).contains(" hits=1 misses=1 ");
        }
    }

    private static void ask(EngineLease lease, String name) {
        lease.policy()
                .dns()
                .cache()
                .lookup(DnsQuery.txt(DomainName.of(name)), Instant.now().plusSeconds(20));
    }

    private static List<String> dnsLines(HookLogCapture log) {
        return log.lines().stream().filter(line -> line.startsWith("INFO dns ")).toList();
    }
}
