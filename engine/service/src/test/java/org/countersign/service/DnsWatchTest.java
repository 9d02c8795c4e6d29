package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.countersign.config.Configuration;
import org.countersign.config.DnsSettings;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.StaticZone;
import org.countersign.dns.wire.ServerProbe;
import org.countersign.domain.DomainName;
import org.countersign.testing.ServerFault;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
@Timeout(240)
class DnsWatchTest {
    private static final StaticZone ZONE =
            StaticZone.builder().txt("example.org", "v=spf1 -all").build();

    private final ZoneServer first = ZoneServer.start(ZONE);
    private final ZoneServer second = ZoneServer.start(ZONE);
    private final SystemClock clock = new SystemClock();
    private final DnsResolver client = client(Duration.ofSeconds(2), first.address(), second.address());
    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    private DnsResolver client(Duration timeout, InetSocketAddress... servers) {
        DnsSettings defaults = Configuration.DEFAULT.dns();
        return DnsResolver.of(new DnsSettings(List.of(servers), timeout, defaults.deadline(), defaults.cache()), clock);
    }

    private DnsWatch watch() {
        return DnsWatch.start(() -> client, new DnsWatch.Listener() {
            @Override
            public void silent(ServerProbe server) {
                news.add("silent " + server.name() + ": " + server.problem().orElseThrow());
            }

            @Override
            public void unavailable(List<ServerProbe> servers) {
                news.add("unavailable " + servers.size());
            }

            @Override
            public void available(List<ServerProbe> servers) {
                news.add("available " + servers.size());
            }
        });
    }

    private void ask(int number) {
        client.wire()
                .lookup(
                        DnsQuery.txt(DomainName.of("n" + number + ".example.org")),
                        clock.monotonic().instant().plusSeconds(20));
    }

    private static String name(ZoneServer server) {
        return "127.0.0.1:" + server.address().getPort();
    }

    @Test
    @SuppressWarnings("try") // The watch only has to run meanwhile.
    void namesASilentServerAtTheStart() throws InterruptedException {
        second.faultForAll(ServerFault.DROP);
        try (DnsWatch watch = watch()) {
            assertThat(news.take()).isEqualTo("silent " + name(second) + ": no answer in time");
            assertThat(first.queries()).isEqualTo(1);
        }
        assertThat(news).isEmpty();
    }

    @Test
    @SuppressWarnings("try") // The watch only has to run meanwhile.
    void saysOnceThatNoServerAnswersAndOnceThatOneDoesAgain() throws InterruptedException {
        try (DnsWatch watch = watch()) {
            while (first.queries() == 0 || second.queries() == 0) {
                Thread.sleep(10);
            }
            first.faultForAll(ServerFault.DROP);
            second.faultForAll(ServerFault.DROP);
            ask(1);
            assertThat(news.take()).isEqualTo("unavailable 2");
            ask(2);
            second.heal();
            assertThat(news.take()).isEqualTo("available 1");
        }
        assertThat(news).isEmpty();
    }

    @Test
    void aServerThatFailsOrRefusesIsNotSilent() throws InterruptedException {
        first.faultForAll(ServerFault.SERVFAIL);
        second.faultForAll(ServerFault.REFUSED);

        assertThat(client.wire().probe()).extracting(ServerProbe::problem).allMatch(Optional::isEmpty);
    }

    @Test
    @SuppressWarnings("try") // The watch only has to run meanwhile.
    void silentNamesAloneAreNoReason() throws InterruptedException {
        try (DnsWatch watch = watch()) {
            while (first.queries() == 0 || second.queries() == 0) {
                Thread.sleep(10);
            }
            first.fault("n1.example.org", ServerFault.DROP);
            second.fault("n1.example.org", ServerFault.DROP);
            ask(1);
            // The watch asks whether they are there, and they are.
            while (first.queries("localhost") < 2) {
                Thread.sleep(10);
            }
        }
        assertThat(news).isEmpty();
    }
}
