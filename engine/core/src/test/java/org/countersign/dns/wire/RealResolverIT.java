package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsAnswer.Failure;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.dns.cache.CachingDnsClient;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.countersign.testing.DnsRelay;
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

/**
 * The client with other implementations: unbound as the resolver, and nsd as the authoritative server. Skipped if they are
 * not installed.
 */
@Timeout(240)
class RealResolverIT {
    private static final String ZONE = """
        $TTL 300
        @        IN SOA ns.drill.test. admin.drill.test. 1 7200 3600 86400 120
                 IN NS  ns
        ns       IN A   127.0.0.1
        @        IN TXT "v=spf1 " "-all"
        @        IN MX  10 ns
        @        IN AAAA 2001:db8::1
        alias    30 IN CNAME middle
        middle   IN CNAME @
        loop     IN CNAME pool
        pool     IN CNAME loop
        null     IN MX  0 .
        bytes    IN TXT "\\000\\255\\"\\\\"
        odd\\@l\\(bel IN TXT "odd"
        *.wild   IN TXT "any"
        late     IN TXT "cached"
        large    IN TXT %s
        """;

    @TempDir
    static Path folder;

    private static Optional<RealResolver> resolver = Optional.empty();

    @BeforeAll
    static void startServers() throws Exception {
        assumeTrue(RealResolver.isInstalled(), "unbound and nsd are not installed");
        String large = IntStream.range(0, 40)
                .mapToObj(i -> "\"" + Integer.toString(i % 10).repeat(250) + "\"")
                .collect(Collectors.joining(" "));
        resolver = Optional.of(RealResolver.start(folder, ZONE.replace("%s", large)));
    }

    @AfterAll
    static void stopServers() {
        resolver.ifPresent(RealResolver::close);
    }

    private static RealResolver real() {
        return resolver.orElseThrow();
    }

    private static WireDnsClient client(InetSocketAddress... servers) {
        return client(WireSettings.MAX_TIMEOUT, servers);
    }

    private static WireDnsClient client(Duration timeout, InetSocketAddress... servers) {
        return new WireDnsClient(new WireSettings(List.of(servers), timeout, false), InstantSource.system());
    }

    private static <R extends DnsRecord> DnsAnswer<R> ask(DnsClient client, DnsQuery<R> query) {
        return client.lookup(query, Instant.now().plus(WireTestBase.NO_DEADLINE));
    }

    private static DnsAnswer<DnsRecord.Text> txt(DnsClient client, String name) {
        return ask(client, DnsQuery.txt(DomainName.of(name)));
    }

    private static Octets text(DnsAnswer<DnsRecord.Text> answer) {
        if (answer instanceof DnsAnswer.Found<DnsRecord.Text> found) {
            return found.records().get(0).joined();
        }
        throw new AssertionError("no record: " + answer);
    }

    @Test
    void readsRecordsThroughTheResolver() {
        WireDnsClient client = client(real().address());

        assertThat(text(txt(client, "drill.test"))).isEqualTo(Octets.utf8("v=spf1 -all"));
        assertThat(text(txt(client, "bytes.drill.test")))
                .isEqualTo(Octets.copyOf(new byte[] {0, (byte) 255, '"', '\\'}));
        assertThat(text(txt(client, "odd@l(bel.drill.test"))).isEqualTo(Octets.utf8("odd"));
        assertThat(text(txt(client, "what.ever.wild.drill.test"))).isEqualTo(Octets.utf8("any"));
        assertThat(ask(client, DnsQuery.aaaa(DomainName.of("drill.test")))).isInstanceOf(DnsAnswer.Found.class);
        assertThat(ask(client, DnsQuery.mx(DomainName.of("null.drill.test"))))
                .isInstanceOfSatisfying(
                        DnsAnswer.Found.class,
                        found -> assertThat(found.records().isEmpty()).isTrue());
    }

    @Test
    void followsAliasesAndSeesLoops() {
        DnsAnswer<DnsRecord.Text> answer = txt(client(real().address()), "alias.drill.test");

        assertThat(text(answer)).isEqualTo(Octets.utf8("v=spf1 -all"));
        assertThat(answer.metadata().aliases())
                .containsExactly(DomainName.of("middle.drill.test"), DomainName.of("drill.test"));
        assertThat(answer.metadata().ttl()).isBetween(Duration.ZERO, Duration.ofSeconds(30));
        assertThat(txt(client(real().authority()), "loop.drill.test")).isInstanceOf(DnsAnswer.BadAnswer.class);
    }

    @Test
    void distinguishesNxdomainFromNodataAndReadsTheirTtl() {
        DnsAnswer<DnsRecord.Text> noName = txt(client(real().address()), "nothing.drill.test");
        DnsAnswer<DnsRecord.Text> noData = txt(client(real().address()), "ns.drill.test");

        assertThat(noName).isInstanceOf(DnsAnswer.NoSuchName.class);
        assertThat(noData).isInstanceOf(DnsAnswer.NoData.class);
        assertThat(noName.metadata().ttl()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(2));
        assertThat(noData.metadata().ttl()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(2));
    }

    @Test
    void fetchesALargeRecordOverTcp() {
        assertThat(text(txt(client(real().address()), "large.drill.test")).length())
                .isEqualTo(10_000);
        assertThat(text(txt(client(real().authority()), "large.drill.test")).length())
                .isEqualTo(10_000);
    }

    @Test
    void aZoneWithLameServersIsAServerFailure() {
        assertThat(txt(client(real().address()), "name.lame.test"))
                .returns(Failure.SERVER_FAILURE, WireTestBase::failure);
    }

    @Test
    void aZoneWithDeadServersDelaysOnlyItsOwnQueries() {
        WireDnsClient client = client(real().address());

        assertThat(client.lookup(
                        DnsQuery.txt(DomainName.of("name.dead.test")),
                        Instant.now().plusMillis(700)))
                .isEqualTo(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerMetadata.NONE));
        assertThat(text(txt(client, "drill.test"))).isEqualTo(Octets.utf8("v=spf1 -all"));
    }

    @Test
    void afterARefusalTheOtherServerAnswers() throws Exception {
        assertThat(txt(client(real().authority()), "name.lame.test")).returns(Failure.REFUSED, WireTestBase::failure);

        InetSocketAddress address = FreePort.address();
        String local = """
              local-zone: "lame.test." static
              local-data: 'name.lame.test. TXT "here"'
            """;
        try (NameServerProcess knowing = real().another(address, local)) {
            assertThat(knowing).isNotNull();
            assertThat(text(txt(client(real().authority(), address), "name.lame.test")))
                    .isEqualTo(Octets.utf8("here"));
        }
    }

    @Test
    void deadServersAreReportedAndTheOtherServerAnswers() {
        assertThat(txt(client(real().nobody()), "drill.test")).returns(Failure.NETWORK, WireTestBase::failure);
        assertThat(text(txt(client(real().nobody(), real().address()), "drill.test")))
                .isEqualTo(Octets.utf8("v=spf1 -all"));
    }

    @Test
    void aReplyWithAWrongIdIsIgnoredUntilTheTrueReplyArrives() {
        try (DnsRelay relay =
                DnsRelay.start(real().address(), answer -> List.of(DnsRelay.withAnotherId(answer), answer))) {
            assertThat(text(txt(client(relay.address()), "drill.test"))).isEqualTo(Octets.utf8("v=spf1 -all"));
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void repliesWithAWrongIdAloneAreNoAnswer() {
        try (DnsRelay relay = DnsRelay.start(real().address(), answer -> List.of(DnsRelay.withAnotherId(answer)))) {
            assertThat(txt(client(WireTestBase.LONGER_THAN_A_STALL, relay.address()), "drill.test"))
                    .isInstanceOf(DnsAnswer.BadAnswer.class);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void afterRepliesWithAWrongIdTheOtherServerAnswers() {
        try (DnsRelay relay = DnsRelay.start(real().address(), answer -> List.of(DnsRelay.withAnotherId(answer)))) {
            WireDnsClient client = client(WireTestBase.LONGER_THAN_A_STALL, relay.address(), real().address());
            assertThat(text(txt(client, "drill.test"))).isEqualTo(Octets.utf8("v=spf1 -all"));
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void afterATimeoutTheOtherServerAnswers() {
        try (DnsRelay relay = DnsRelay.start(real().address(), answer -> List.of())) {
            DnsQuery<DnsRecord.Text> query = DnsQuery.txt(DomainName.of("drill.test"));
            Instant deadline = Instant.now().plusMillis(900);

            assertThat(client(relay.address()).lookup(query, deadline))
                    .isEqualTo(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerMetadata.NONE));
            Duration timeout = WireTestBase.LONGER_THAN_A_STALL;
            assertThat(text(txt(client(timeout, relay.address(), real().address()), "drill.test")))
                    .isEqualTo(Octets.utf8("v=spf1 -all"));
        }
    }

    @Test
    void theCacheAnswersWhileAResolverRestarts() throws Exception {
        InetSocketAddress address = FreePort.address();
        CachingDnsClient cache = new CachingDnsClient(
                client(address),
                new CacheSettings(1 << 20, Duration.ZERO, Duration.ofMillis(1), Duration.ZERO, Duration.ofMinutes(5)),
                InstantSource.system());
        try (NameServerProcess first = real().another(address, "")) {
            assertThat(first).isNotNull();
            assertThat(text(txt(cache, "late.drill.test"))).isEqualTo(Octets.utf8("cached"));
        }

        assertThat(txt(cache, "bytes.drill.test")).returns(Failure.NETWORK, WireTestBase::failure);
        DnsAnswer<DnsRecord.Text> stale = txt(cache, "late.drill.test");
        assertThat(text(stale)).isEqualTo(Octets.utf8("cached"));
        assertThat(stale.metadata().ttl()).isEqualTo(Duration.ofSeconds(30));

        try (NameServerProcess second = real().another(address, "")) {
            assertThat(second).isNotNull();
            assertThat(txt(cache, "bytes.drill.test")).isInstanceOf(DnsAnswer.Found.class);
        }
    }
}
