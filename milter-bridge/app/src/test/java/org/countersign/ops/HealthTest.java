package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.ops.systemd.Liveness;
import org.countersign.service.PolicySource;
import org.countersign.service.SystemClock;
import org.countersign.service.log.EngineLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class HealthTest {
    private final Health health = new Health();
    private final PolicySource source = PolicySource.ofDefaults(
            BridgeConfiguration.FRONT_END,
            new SystemClock(),
            new BridgePolicyLog(event -> {}, settings -> {}),
            new EngineLog(event -> {}));

    private MilterServer server() throws Exception {
        return MilterServer.start(
                ServerSettings.listeningOn(List.of(new ListenAddress.Inet("127.0.0.1", 0, false))),
                new EngineFilter(source, finished -> {}, new SystemClock()));
    }

    private Optional<Liveness> checks(MilterServer server) {
        Liveness checks = Liveness.open(source, () -> source.policy().dns(), () -> 0);
        checks.listening(server);
        return Optional.of(checks);
    }

    @Test
    void aServerThatDoesNotAcceptIsAProblemUnlessTheServiceStops() throws Exception {
        MilterServer server = server();
        server.close();
        assertThat(health.problem()).isEmpty();
        health.ready(checks(server));
        assertThat(health.problem()).contains("a listening address is not served");
        health.stopping();
        assertThat(health.problem()).isEmpty();
    }

    @Test
    void aServiceThatServesHasNoProblem() throws Exception {
        try (MilterServer server = server()) {
            health.ready(checks(server));
            assertThat(health.problem()).isEmpty();
            assertThat(health.problem()).isEmpty();
            health.stopping();
        }
    }
}
