package org.countersign.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.countersign.dns.DnsClient;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.junit.jupiter.api.Test;

/** Which networks the SPF record of a domain authorizes itself. */
class DirectNetworksTest {
    private static final DomainName DOMAIN = DomainName.of("example.org");

    private static List<String> networks(StaticZone.Builder zone) {
        DnsClient dns = zone.build();
        return DirectNetworks.lookup(DOMAIN, dns, Instant.MAX).stream()
                .map(IpNetwork::toString)
                .toList();
    }

    private static StaticZone.Builder record(String text) {
        return StaticZone.builder().txt("example.org", text);
    }

    @Test
    void areThoseOfIp4AndIp6() {
        assertThat(networks(record("v=spf1 ip4:192.0.2.0/28 ip6:2001:db8::/48 -all")))
                .containsExactly("192.0.2.0/28", "2001:db8::/48");
    }

    @Test
    void areTheAddressesOfHostsAndMailExchanges() {
        assertThat(networks(record("v=spf1 a mx/24 a:web.example.org -all")
                        .address("example.org", "192.0.2.1")
                        .address("web.example.org", "192.0.2.2")
                        .mx("example.org", 10, "mx.example.org")
                        .address("mx.example.org", "198.51.100.7")))
                .containsExactly("192.0.2.1/32", "198.51.100.7/24", "192.0.2.2/32");
    }

    @Test
    void areNotThoseOfAServiceThatTheRecordIncludes() {
        assertThat(networks(record("v=spf1 include:service.example redirect=other.example")
                        .txt("service.example", "v=spf1 ip4:198.51.100.0/24 -all")))
                .isEmpty();
    }

    @Test
    void areOnlyThoseThatPass() {
        assertThat(networks(record("v=spf1 -ip4:192.0.2.1 ~ip4:192.0.2.2 ?ip4:192.0.2.3 +all")))
                .isEmpty();
    }

    @Test
    void areNoneIfATermDependsOnTheMessage() {
        assertThat(networks(record("v=spf1 a:%{i}.example.org exists:%{i}.example.org ptr -all")))
                .isEmpty();
    }

    @Test
    void areNoneWithoutOneRecordWithoutErrors() {
        assertThat(networks(StaticZone.builder())).isEmpty();
        assertThat(networks(record("v=spf1 ip4:192.0.2.1 ip4:wrong"))).isEmpty();
        assertThat(networks(record("v=spf1 ip4:192.0.2.1").txt("example.org", "v=spf1 ip4:192.0.2.2")))
                .isEmpty();
    }
}
