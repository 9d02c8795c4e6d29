package org.countersign.ops.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.PolicySource;
import org.countersign.service.log.EngineLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

@Timeout(240)
@Isolated("uses the carriers of virtual threads")
class LivenessTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final AtomicBoolean watching = new AtomicBoolean(true);
    private final AtomicLong progress = new AtomicLong();
    private final PolicySource policy = new DefaultPolicy();
    private final MilterServer server;
    private final Liveness liveness;

    /** The defaults, and a watcher that can end. */
    private final class DefaultPolicy implements PolicySource {
        private final PolicySource defaults = PolicySource.ofDefaults(
                BridgeConfiguration.FRONT_END,
                InstantSource.system(),
                new PolicySource.Listener() {
                    @Override
                    public void reloaded(LoadedPolicy before, LoadedPolicy now) {
                        throw new AssertionError("nothing is reloaded");
                    }

                    @Override
                    public void refused(List<String> problems) {
                        throw new AssertionError("nothing is reloaded");
                    }
                },
                new EngineLog(event -> {}));

        @Override
        public LoadedPolicy policy() {
            return defaults.policy();
        }

        @Override
        public boolean isWatching() {
            return watching.get();
        }

        @Override
        public void reload() {
            throw new AssertionError("nothing is reloaded");
        }

        @Override
        public void close() {
            defaults.close();
        }
    }

    LivenessTest() throws IOException {
        server = MilterServer.start(
                ServerSettings.listeningOn(List.of(new ListenAddress.Inet("127.0.0.1", 0, false))),
                RecordingFilter.accepting());
        liveness = Liveness.open(policy, () -> policy.policy().dns(), progress::get);
        liveness.listening(server);
    }

    @BeforeEach
    void works() throws InterruptedException {
        assertThat(liveness.problem(LONG)).isEmpty();
    }

    @AfterEach
    void close() {
        liveness.close();
        server.close();
        policy.close();
    }

    @Test
    void endsWithTheServer() throws InterruptedException {
        server.close();
        assertThat(liveness.problem(LONG)).contains("a listening address is not served");
    }

    @Test
    void endsWithTheWatchOfThePolicy() throws InterruptedException {
        watching.set(false);
        assertThat(liveness.problem(LONG)).contains("changes of the policy file are not noticed");
    }

    @Test
    void endsWithTheCarriersOfVirtualThreadsUnlessTheirWorkGetsOn() throws InterruptedException {
        AtomicBoolean hanging = new AtomicBoolean(true);
        int carriers = Runtime.getRuntime().availableProcessors();
        CountDownLatch occupied = new CountDownLatch(carriers);
        List<Thread> threads = new ArrayList<>();
        try {
            for (int i = 0; i < carriers; i++) {
                threads.add(Thread.startVirtualThread(() -> {
                    occupied.countDown();
                    while (hanging.get()) {
                        Thread.onSpinWait();
                    }
                }));
            }
            occupied.await();
            assertThat(liveness.problem(SHORT)).contains("threads do not run");
            assertThat(liveness.problem(SHORT)).contains("threads do not run");
            progress.incrementAndGet();
            assertThat(liveness.problem(SHORT)).isEqualTo(Optional.empty());
            assertThat(liveness.problem(SHORT)).contains("threads do not run");
        } finally {
            hanging.set(false);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(liveness.problem(LONG)).isEmpty();
    }
}
