package org.countersign.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.countersign.MessageOutcome;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.testing.FreePort;
import org.countersign.testing.NameServerProcess;
import org.countersign.testing.RealResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A bridge with an unbound resolver for good, lame and dead zones. Skipped if unbound is not installed. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(240)
class ResolverOutageIT {
    private static final String ZONE = """
        $TTL 300
        @            IN SOA ns.drill.test. admin.drill.test. 1 7200 3600 86400 120
                     IN NS  ns
        ns           IN A   127.0.0.1
        @            IN TXT "v=spf1 ip4:192.0.2.1 -all"
        _dmarc       IN TXT "v=DMARC1; p=reject"
        late         IN TXT "v=spf1 ip4:192.0.2.1 -all"
        large        IN TXT "v=spf1 " %s "ip4:192.0.2.1 -all"
        leaning      IN TXT "v=spf1 include:name.dead.test ip4:192.0.2.1 -all"
        """;

    @TempDir
    static Path folder;

    private static Optional<RealResolver> resolver = Optional.empty();

    @BeforeAll
    static void startServers() throws Exception {
        assumeTrue(RealResolver.isInstalled(), "unbound and nsd are not installed");
        // Larger than a datagram.
        String networks = IntStream.range(0, 200)
                .mapToObj(i -> "\"ip4:198.51.100." + i + " \"")
                .collect(Collectors.joining(" "));
        resolver = Optional.of(RealResolver.start(folder, ZONE.replace("%s", networks)));
    }

    @AfterAll
    static void stopServers() {
        resolver.ifPresent(RealResolver::close);
    }

    private static RealResolver real() {
        return resolver.orElseThrow();
    }

    /** A good zone is resolved before the deadline even if the machine stands still for some seconds. */
    private static RunningBridge bridge(InetSocketAddress... nameServers) throws IOException {
        return RunningBridge.asking(Duration.ofSeconds(10), Duration.ofSeconds(5), nameServers);
    }

    private static void assertJudged(RunningBridge bridge, FilterOutcome answer, String spf, String dmarc) {
        MessageOutcome.Judged outcome = bridge.outcome();
        boolean deferred = dmarc.equals("temperror");
        assertThat(answer.isAccepted()).isEqualTo(!deferred);
        assertThat(outcome.facts().spf().keyword())
                .as(outcome.facts().spf().explain())
                .isEqualTo(spf);
        assertThat(outcome.facts().dmarcKeyword())
                .as(outcome.decision().reason())
                .isEqualTo(dmarc);
        assertThat(outcome.decision().rule()).isEqualTo(deferred ? "dmarc-temperror-deferred" : "default");
    }

    @Test
    void goodZonesPassIncludingLargeRecords() throws IOException {
        try (RunningBridge bridge = bridge(real().address())) {
            assertJudged(bridge, bridge.deliver("alice@drill.test"), "pass", "pass");
            assertJudged(bridge, bridge.deliver("alice@large.drill.test"), "pass", "pass");
        }
    }

    @Test
    void aLameZoneIsATemporaryError() throws IOException {
        try (RunningBridge bridge = bridge(real().address())) {
            assertJudged(bridge, bridge.deliver("alice@lame.test"), "temperror", "temperror");
        }
    }

    @Test
    void aDeadZoneIsATemporaryErrorAndTheConnectionContinues() throws IOException {
        try (RunningBridge bridge = bridge(real().address());
                MilterClient client = bridge.greeted()) {
            FilterOutcome dead = client.deliver(RunningBridge.messageOf("alice@dead.test"));
            assertJudged(bridge, dead, "temperror", "temperror");
            FilterOutcome leaning = client.deliver(RunningBridge.messageOf("alice@leaning.drill.test"));
            assertJudged(bridge, leaning, "temperror", "temperror");
            FilterOutcome good = client.deliver(RunningBridge.messageOf("alice@drill.test"));
            assertJudged(bridge, good, "pass", "pass");
        }
    }

    @Test
    void aDeadResolverIsATemporaryErrorUnlessThereIsAnother() throws IOException {
        try (RunningBridge bridge = bridge(real().nobody())) {
            assertJudged(bridge, bridge.deliver("alice@drill.test"), "temperror", "temperror");
        }
        try (RunningBridge bridge = bridge(real().nobody(), real().address())) {
            assertJudged(bridge, bridge.deliver("alice@drill.test"), "pass", "pass");
        }
    }

    @Test
    void aRestartedResolverIsUsedAgain() throws Exception {
        InetSocketAddress address = FreePort.address();
        try (RunningBridge bridge = bridge(address)) {
            try (NameServerProcess first = real().another(address, "")) {
                assertThat(first).isNotNull();
                assertJudged(bridge, bridge.deliver("alice@drill.test"), "pass", "pass");
            }
            assertJudged(bridge, bridge.deliver("alice@late.drill.test"), "temperror", "temperror");
            try (NameServerProcess second = real().another(address, "")) {
                assertThat(second).isNotNull();
                assertJudged(bridge, bridge.deliver("alice@late.drill.test"), "pass", "pass");
            }
        }
    }
}
