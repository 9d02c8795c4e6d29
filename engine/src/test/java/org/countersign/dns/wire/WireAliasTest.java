package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.TXTRecord;

class WireAliasTest extends WireTestBase {
    @Test
    void areFollowedAndListed() {
        DnsAnswer<DnsRecord.Text> answer = txt("alias.example.org");

        assertThat(texts(answer)).containsExactly("v=spf1 -all");
        assertThat(answer.facts().aliases())
                .containsExactly(DomainName.of("middle.example.org"), DomainName.of("example.org"));
        assertThat(server.queries()).isEqualTo(1);
    }

    @Test
    void areFollowedAcrossQueriesWhereTheServerDoesNot() {
        answerSection(
                "alias.example.org",
                new CNAMERecord(name("alias.example.org."), DClass.IN, 300, name("middle.example.org.")));

        DnsAnswer<DnsRecord.Text> answer = txt("alias.example.org");

        assertThat(texts(answer)).containsExactly("v=spf1 -all");
        assertThat(answer.facts().aliases())
                .containsExactly(DomainName.of("middle.example.org"), DomainName.of("example.org"));
        assertThat(answer.facts().ttl()).isEqualTo(Duration.ofMinutes(5));
        assertThat(server.queries()).isEqualTo(2);
    }

    @Test
    void theLeastTtlOfTheChainCounts() {
        answerSection(
                "alias.example.org",
                new TXTRecord(name("end.example."), DClass.IN, 900, "x"),
                new CNAMERecord(name("middle.example."), DClass.IN, 70, name("end.example.")),
                new CNAMERecord(name("alias.example.org."), DClass.IN, 300, name("middle.example.")));

        assertThat(txt("alias.example.org").facts().ttl()).isEqualTo(Duration.ofSeconds(70));
    }

    @Test
    void anAliasOfNothingIsNoSuchName() {
        DnsAnswer<DnsRecord.Text> answer = txt("dangling.example.org");

        assertThat(answer).isInstanceOf(DnsAnswer.NoSuchName.class);
        assertThat(answer.facts().aliases()).containsExactly(DomainName.of("gone.example.org"));
    }

    @Test
    void aLoopIsABadAnswer() {
        assertThat(problem(txt("loop.example.org"))).isEqualTo("alias loop at loop.example.org");
    }

    @Test
    void aLoopAcrossQueriesIsABadAnswerToo() {
        answerSection("a.example", new CNAMERecord(name("a.example."), DClass.IN, 300, name("b.example.")));
        answerSection("b.example", new CNAMERecord(name("b.example."), DClass.IN, 300, name("a.example.")));

        assertThat(txt("a.example")).isInstanceOf(DnsAnswer.BadAnswer.class);
        assertThat(server.queries()).isEqualTo(2);
    }

    @Test
    void eightAreFollowedAndNoMore() {
        StaticZone.Builder zone = StaticZone.builder().txt("n0.example", "end");
        IntStream.rangeClosed(1, 9).forEach(n -> zone.cname("n" + n + ".example", "n" + (n - 1) + ".example"));
        server.zone(zone.build());

        assertThat(texts(txt("n8.example"))).containsExactly("end");
        assertThat(txt("n9.example")).isInstanceOf(DnsAnswer.BadAnswer.class);
    }

    @Test
    void anAliasThatIsNoDomainNameIsABadAnswer() {
        answerSection(
                "alias.example.org",
                new CNAMERecord(name("alias.example.org."), DClass.IN, 300, name("a\\000b.example.")));

        assertThat(problem(txt("alias.example.org"))).isEqualTo("alias of alias.example.org is no domain name");
    }
}
