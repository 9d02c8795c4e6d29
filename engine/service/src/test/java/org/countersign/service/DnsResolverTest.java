package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.countersign.config.DnsSettings;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.LookupTrace;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.StaticZone;
import org.countersign.dns.cache.CacheMetrics;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.domain.DomainName;
import org.countersign.testing.ServerFault;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;

class DnsResolverTest {
    private final ZoneServer server = ZoneServer.start(
                    StaticZone.builder().txt("example.org", "v=spf1 -all").build())
            .faultForAll(ServerFault.altered(message -> message.getHeader().setFlag(Flags.AD)));

    @AfterEach
    void stop() {
        server.close();
    }

    private List<String> answers(InetSocketAddress... servers) {
        DnsSettings dns = DnsSettings.DEFAULT.withServers(List.of(servers));
        MessageLookups lookups = new MessageLookups(
                DnsResolver.of(dns, InstantSource.system()).cache(),
                10,
                Instant.now().plusSeconds(20));
        lookups.lookup(DnsQuery.txt(DomainName.of("example.org")));
        return lookups.trace().stream().map(LookupTrace::answer).toList();
    }

    @Test
    void aResolverOnThisMachineIsBelievedThatItHasValidatedAnAnswer() {
        assertThat(answers(server.address())).containsExactly("1 record, validated");
    }

    @Test
    void noResolverIsWhereOneOfThemIsOnAnotherMachine() {
        assertThat(answers(server.address(), new InetSocketAddress("192.0.2.1", 53)))
                .containsExactly("1 record");
    }

    @Test
    void theCacheTakesAtMostAQuarterOfTheHeap() {
        CacheSettings tooLarge = new CacheSettings(
                64L << 30, Duration.ZERO, Duration.ofDays(1), Duration.ofSeconds(5), Duration.ofHours(1));
        DnsSettings dns = new DnsSettings(
                List.of(server.address()), DnsSettings.DEFAULT.timeout(), DnsSettings.DEFAULT.deadline(), tooLarge);
        DnsResolver resolver = DnsResolver.of(dns, InstantSource.system());
        assertThat(resolver.metrics().value(CacheMetrics.MAX_BYTES))
                .isEqualTo(Runtime.getRuntime().maxMemory() / 4);
    }
}
