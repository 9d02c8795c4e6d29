package org.countersign.dns.authoritative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.dns.authoritative.AuthoritativeAnswers.Answer;
import org.countersign.dns.authoritative.AuthoritativeAnswers.ServerAnswer;
import org.countersign.dns.authoritative.AuthoritativeDns.ZoneSecurity;
import org.countersign.dns.wire.WireDnsClient;
import org.countersign.dns.wire.WireSettings;
import org.countersign.domain.DomainName;
import org.countersign.metrics.MetricRegistry;
import org.countersign.syntax.Octets;
import org.countersign.testing.RealResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The queries with real servers: nsd as the authority and unbound as the resolver. Skipped if they are not installed. */
@Timeout(240)
class NameServersIT {
    private static final DomainName ZONE_NAME = DomainName.of("drill.test");
    private static final String ZONE = """
        $TTL 300
        @        IN SOA ns.drill.test. admin.drill.test. 2026112801 7200 3600 86400 120
                 IN NS  ns
                 IN NS  away
        ns       IN A   127.0.0.1
        away     IN A   127.0.0.9
        s1._domainkey 600 IN TXT "v=DKIM1; " "p="
        s2._domainkey IN CNAME s1._domainkey
        s3._domainkey IN CNAME key.provider.test.
        child    IN NS  ns.child
        ns.child IN A   127.0.0.1
        """;

    @TempDir
    static Path folder;

    private static Optional<RealResolver> servers = Optional.empty();
    private static Optional<NameServers> dns = Optional.empty();

    @BeforeAll
    static void startServers() throws Exception {
        assumeTrue(RealResolver.isInstalled(), "unbound and nsd are not installed");
        RealResolver started = RealResolver.start(folder, ZONE);
        servers = Optional.of(started);
        dns = Optional.of(new NameServers(
                List.of(started.nobody(), started.address()),
                new WireDnsClient(WireSettings.of(started.address()), InstantSource.system(), new MetricRegistry()),
                InstantSource.system(),
                new QueryRate(1000),
                address -> new InetSocketAddress(address, started.authority().getPort()),
                Duration.ofSeconds(10)));
    }

    @AfterAll
    static void stopServers() {
        servers.ifPresent(RealResolver::close);
    }

    private static AuthoritativeAnswers query(String name) {
        return dns.orElseThrow().query(DomainName.of(name), RecordType.TXT, ZONE_NAME);
    }

    private static ServerAnswer atNs(AuthoritativeAnswers answers) {
        return answers.servers().stream()
                .filter(each -> each.server().equals(DomainName.of("ns.drill.test")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyAddressIsAskedOverUdpAndTcpAndTellsTheSerial() {
        AuthoritativeAnswers answers = query("s1._domainkey.drill.test");
        assertThat(answers.zone()).contains(ZONE_NAME);
        assertThat(answers.servers())
                .extracting(each -> each.server().toString())
                .containsExactly("away.drill.test", "ns.drill.test");
        Answer key = new Answer.Records(
                List.of(new DnsRecord.Text(List.of(Octets.latin1("v=DKIM1; "), Octets.latin1("p=")))),
                Duration.ofMinutes(10));
        assertThat(atNs(answers).overUdp()).isEqualTo(key);
        assertThat(atNs(answers).overTcp()).isEqualTo(key);
        assertThat(atNs(answers).serial()).isEqualTo(OptionalLong.of(2026112801L));
        assertThat(answers.servers().getFirst().best()).isInstanceOf(Answer.Failed.class);
        assertThat(answers.servers().getFirst().serial()).isEmpty();
        assertThat(answers.isComplete()).isFalse();
    }

    @Test
    void aNameThatDoesNotExistHasTheNegativeTimeToLiveOfItsZone() {
        assertThat(atNs(query("new._domainkey.drill.test")).overUdp())
                .isEqualTo(new Answer.None(false, Duration.ofMinutes(2)));
        assertThat(atNs(query("_domainkey.drill.test")).overUdp())
                .isEqualTo(new Answer.None(true, Duration.ofMinutes(2)));
    }

    @Test
    void aliasesAreFollowedToTheServersOfTheirTarget() {
        List<AuthoritativeAnswers> inside = dns.orElseThrow()
                .queryAlongAliases(DomainName.of("s2._domainkey.drill.test"), RecordType.TXT, ZONE_NAME);
        assertThat(inside).hasSize(2);
        assertThat(inside.getFirst().alias()).contains(DomainName.of("s1._domainkey.drill.test"));
        assertThat(atNs(inside.getLast()).overTcp()).isInstanceOf(Answer.Records.class);
        List<AuthoritativeAnswers> outside = dns.orElseThrow()
                .queryAlongAliases(DomainName.of("s3._domainkey.drill.test"), RecordType.TXT, ZONE_NAME);
        assertThat(outside.getLast().servers()).isEmpty();
        assertThat(outside.getLast().problem()).isNotEmpty();
    }

    @Test
    void aDelegationIsFollowedToServersThatMayHaveNoAuthority() {
        AuthoritativeAnswers answers = query("s._domainkey.child.drill.test");
        assertThat(answers.zone()).contains(DomainName.of("child.drill.test"));
        assertThat(answers.servers())
                .singleElement()
                .satisfies(server ->
                        assertThat(server.overUdp()).isEqualTo(new Answer.Failed("has no authority for the zone")));
    }

    @Test
    void aZoneThatIsNotKnownIsReportedWithTheServersThatWereAsked() {
        InetSocketAddress nobody = servers.orElseThrow().nobody();
        NameServers away = new NameServers(List.of(nobody), InstantSource.system(), new QueryRate(1000));
        assertThat(away.query(DomainName.of("s1._domainkey.drill.test"), RecordType.TXT, ZONE_NAME)
                        .problem())
                .startsWith("the zone of drill.test is not known: the DNS server 127.0.0.1:" + nobody.getPort() + " ");
    }

    @Test
    void aZoneWithoutKeysIsNotSigned() {
        assertThat(dns.orElseThrow().security(ZONE_NAME)).isEqualTo(ZoneSecurity.UNSIGNED);
    }
}
