package org.countersign.service.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.countersign.dns.wire.ServerProbe;
import org.countersign.smtp.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The events that hosts log about policies, DNS servers and memory. */
class HostLogTest {
    private final List<LogEvent> events = new ArrayList<>();

    @Test
    void aRefusedPolicyLogsItsFirstProblemsAndTheirNumber() {
        List<String> problems =
                IntStream.range(0, 30).mapToObj(i -> "line " + i).toList();
        new PolicyLog(events::add).refused(problems);
        assertThat(events).hasSize(21).allSatisfy(event -> {
            assertThat(event.name()).isEqualTo("not-reloaded");
            assertThat(event.level()).isEqualTo(Level.ERROR);
        });
        assertThat(events.getFirst().pairs()).containsEntry("problem", "line 0");
        assertThat(events.getLast().pairs()).containsEntry("problems", 30).containsKey("problem");
    }

    @Test
    void dnsServersWithoutAnAnswerAreAWarningWithTheReason() {
        ServerProbe silent = probe(53, Optional.of("no answer"));
        DnsStatusLog log = new DnsStatusLog(events::add);
        log.silent(silent);
        log.unavailable(List.of(silent, probe(54, Optional.of("refused"))));
        log.available(List.of(probe(53, Optional.empty())));
        assertThat(events)
                .containsExactly(
                        new LogEvent("dns", Level.WARNING, "dns-server-silent")
                                .with("server", "127.0.0.1:53")
                                .with("reason", "no answer"),
                        new LogEvent("dns", Level.WARNING, "dns-unavailable")
                                .with("servers", "127.0.0.1:53 127.0.0.1:54")
                                .with("reason", "no answer"),
                        new LogEvent("dns", Level.INFO, "dns-available").with("servers", "127.0.0.1:53"));
    }

    private static ServerProbe probe(int port, Optional<String> problem) {
        return new ServerProbe(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), problem);
    }

    @Test
    @Timeout(60)
    @SuppressWarnings("try") // The log only has to run meanwhile.
    void refusedMemoryIsAWarningWithTheLimitAndAdvice() throws InterruptedException {
        BlockingQueue<LogEvent> logged = new LinkedBlockingQueue<>();
        MemoryBudget memory = new MemoryBudget(1000);
        MemoryBudget.Share share = memory.open();
        try (MemoryLog log = MemoryLog.start(memory, logged::add)) {
            assertThat(share.take(2000)).isFalse();
            LogEvent event = logged.take();
            assertThat(event.name()).isEqualTo("overloaded");
            assertThat(event.level()).isEqualTo(Level.WARNING);
            assertThat(event.pairs().keySet())
                    .containsExactly("bound", "setting", "refused", "message-memory", "used", "advice");
            assertThat(event.pairs()).containsEntry("refused", 1L).containsEntry("message-memory", 1000L);
        }
    }
}
