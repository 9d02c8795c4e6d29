package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.countersign.config.Configuration;
import org.countersign.config.DnsSettings;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.StaticZone;
import org.countersign.dns.wire.ServerProbe;
import org.countersign.dns.wire.WireSettings;
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
    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    private DnsResolver client(Duration timeout) {
        DnsSettings defaults = Configuration.DEFAULT.dns();
        List<InetSocketAddress> servers = List.of(first.address(), second.address());
        return DnsResolver.of(new DnsSettings(servers, timeout, defaults.deadline(), defaults.cache()), clock);
    }

    private DnsWatch watch(DnsResolver client) {
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

    /** Makes a query as for a message; of two servers that do not answer, each is given up after a second at most. */
    private void ask(DnsResolver client) {
        client.wire()
                .lookup(
                        DnsQuery.txt(DomainName.of("n1.example.org")),
                        clock.monotonic().instant().plusSeconds(2));
    }

    /** Makes queries, as mail does, until there is news. */
    private String newsWhileMailComes(DnsResolver client) throws InterruptedException {
        while (true) {
            ask(client);
            String next = news.poll(1, TimeUnit.SECONDS);
            if (next != null) {
                return next;
            }
        }
    }

    private static String name(ZoneServer server) {
        return "127.0.0.1:" + server.address().getPort();
    }

    @Test
    @SuppressWarnings("try") // The watch only has to run meanwhile.
    void namesASilentServerAtTheStart() throws InterruptedException {
        second.faultForAll(ServerFault.DROP);
        try (DnsWatch watch = watch(client(Duration.ofSeconds(10)))) {
            assertThat(news.take()).isEqualTo("silent " + name(second) + ": no answer in time");
            assertThat(first.queries()).isEqualTo(1);
        }
        assertThat(news).isEmpty();
    }

    @Test
    @SuppressWarnings("try") // The watch only has to run meanwhile.
    void saysOnceThatNoServerAnswersAndOnceThatOneDoesAgain() throws InterruptedException {
        // They are silent until the test says otherwise, so that it does not matter when the watch looks.
        first.faultForAll(ServerFault.DROP);
        second.faultForAll(ServerFault.DROP);
        DnsResolver client = client(Duration.ofSeconds(1));
        try (DnsWatch watch = watch(client)) {
            assertThat(news.take()).isEqualTo("silent " + name(first) + ": no answer in time");
            assertThat(news.take()).isEqualTo("silent " + name(second) + ": no answer in time");
            assertThat(news.take()).isEqualTo("unavailable 2");
            ask(client);
            second.heal();
            assertThat(news.take()).isEqualTo("available 1");
            second.faultForAll(ServerFault.DROP);
            assertThat(newsWhileMailComes(client)).isEqualTo("unavailable 2");
            ask(client);
            second.heal();
            assertThat(news.take()).isEqualTo("available 1");
        }
        assertThat(news).isEmpty();
    }

    @Test
    void aServerThatFailsOrRefusesIsNotSilent() throws InterruptedException {
        first.faultForAll(ServerFault.SERVFAIL);
        second.faultForAll(ServerFault.REFUSED);

        assertThat(client(WireSettings.MAX_TIMEOUT).wire().probe())
                .extracting(ServerProbe::problem)
                .allMatch(Optional::isEmpty);
    }

    @Test
    @SuppressWarnings("try") // The watch only has to run meanwhile.
    void silentNamesAloneAreNoReason() throws InterruptedException {
        DnsResolver client = client(WireSettings.MAX_TIMEOUT);
        try (DnsWatch watch = watch(client)) {
            first.fault("n1.example.org", ServerFault.DROP);
            second.fault("n1.example.org", ServerFault.DROP);
            // The watch asks whether they are there, and they are.
            while (first.queries("localhost") < 2) {
                ask(client);
            }
        }
        assertThat(news).isEmpty();
    }
}
