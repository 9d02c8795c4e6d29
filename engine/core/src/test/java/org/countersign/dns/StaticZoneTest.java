package org.countersign.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;

class StaticZoneTest {
    private final StaticZone zone = StaticZone.builder()
            .txt("long.example.org", "x".repeat(300))
            .address("host.example.org", "192.0.2.1")
            .address("host.example.org", "2001:db8::1")
            .cname("alias.example.org", "host.example.org")
            .cname("a.loop.example", "b.loop.example")
            .cname("b.loop.example", "a.loop.example")
            .cname("dangling.example.org", "nowhere.example")
            .failure("broken.example.org", RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE)
            .build();

    @Test
    void aNameAboveAnExistingNameExistsWithoutRecords() {
        assertThat(ask(DnsQuery.txt(DomainName.of("example.org")))).isInstanceOf(DnsAnswer.NoData.class);
        assertThat(ask(DnsQuery.txt(DomainName.of("org")))).isInstanceOf(DnsAnswer.NoData.class);
        assertThat(ask(DnsQuery.txt(DomainName.of("other.org")))).isInstanceOf(DnsAnswer.NoSuchName.class);
    }

    @Test
    void ipv4AndIpv6AddressesAreDifferentTypes() {
        assertThat(ask(DnsQuery.a(DomainName.of("host.example.org"))).describe())
                .isEqualTo("1 record");
        assertThat(ask(DnsQuery.aaaa(DomainName.of("host.example.org"))).describe())
                .isEqualTo("1 record");
    }

    @Test
    void aliasesAreFollowedAndListed() {
        DnsAnswer<DnsRecord.Address> answer = ask(DnsQuery.a(DomainName.of("alias.example.org")));
        assertThat(answer).isInstanceOf(DnsAnswer.Found.class);
        assertThat(answer.metadata().aliases()).containsExactly(DomainName.of("host.example.org"));
        assertThat(ask(DnsQuery.a(DomainName.of("dangling.example.org")))).isInstanceOf(DnsAnswer.NoSuchName.class);
    }

    @Test
    void anAliasLoopIsABadAnswer() {
        assertThat(ask(DnsQuery.a(DomainName.of("a.loop.example"))).isError()).isTrue();
    }

    @Test
    void aFailureIsSetForOneNameAndType() {
        assertThat(ask(DnsQuery.txt(DomainName.of("broken.example.org"))).describe())
                .isEqualTo("server failure");
        assertThat(ask(DnsQuery.a(DomainName.of("broken.example.org"))).isError())
                .isFalse();
    }

    @Test
    void longTextIsSplitIntoStringsAndJoinedAgain() {
        DnsAnswer<DnsRecord.Text> answer = ask(DnsQuery.txt(DomainName.of("long.example.org")));
        assertThat(answer).isInstanceOfSatisfying(DnsAnswer.Found.class, found -> {
            DnsRecord.Text text = (DnsRecord.Text) found.records().get(0);
            assertThat(text.strings()).extracting(Octets::length).containsExactly(255, 45);
            assertThat(text.joined().length()).isEqualTo(300);
        });
    }

    private <R extends DnsRecord> DnsAnswer<R> ask(DnsQuery<R> query) {
        return zone.lookup(query, Instant.MAX);
    }
}
