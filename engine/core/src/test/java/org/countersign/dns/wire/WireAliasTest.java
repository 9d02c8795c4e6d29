package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;

class WireAliasTest extends WireTestBase {
    @Test
    void areFollowedAndListed() {
        DnsAnswer<DnsRecord.Text> answer = txt("alias.example.org");

        assertThat(texts(answer)).containsExactly("v=spf1 -all");
        assertThat(answer.metadata().aliases())
                .containsExactly(DomainName.of("middle.example.org"), DomainName.of("example.org"));
        assertThat(server.queries()).isEqualTo(1);
    }

    @Test
    void areFollowedWithFurtherQueriesIfTheServerDoesNotFollowThem() {
        answerSection(
                "alias.example.org",
                new CNAMERecord(name("alias.example.org."), DClass.IN, 300, name("middle.example.org.")));

        DnsAnswer<DnsRecord.Text> answer = txt("alias.example.org");

        assertThat(texts(answer)).containsExactly("v=spf1 -all");
        assertThat(answer.metadata().aliases())
                .containsExactly(DomainName.of("middle.example.org"), DomainName.of("example.org"));
        assertThat(answer.metadata().ttl()).isEqualTo(Duration.ofMinutes(5));
        assertThat(server.queries()).isEqualTo(2);
    }

    @Test
    void theMinimumTtlOfTheChainCounts() {
        answerSection(
                "alias.example.org",
                new TXTRecord(name("end.example."), DClass.IN, 900, "x"),
                new CNAMERecord(name("middle.example."), DClass.IN, 70, name("end.example.")),
                new CNAMERecord(name("alias.example.org."), DClass.IN, 300, name("middle.example.")));

        assertThat(txt("alias.example.org").metadata().ttl()).isEqualTo(Duration.ofSeconds(70));
    }

    @ParameterizedTest(name = "{0} records of {1} strings of {2} octets")
    @CsvSource({"1, 240, 255", "2500, 1, 1", "1, 20000, 0", "300, 2, 100"})
    void recordsAboveTheMemoryLimitAreABadAnswer(int records, int strings, int octets) {
        Record data =
                new TXTRecord(name("example.org."), DClass.IN, 300, Collections.nCopies(strings, "x".repeat(octets)));
        server.fault("example.org", (query, honest, tcp) -> {
            Message large = new Message(query.getHeader().getID());
            large.getHeader().setFlag(Flags.QR);
            large.addRecord(query.getQuestion(), Section.QUESTION);
            if (tcp) {
                IntStream.range(0, records)
                        .mapToObj(i -> records == 1 ? data : numbered(i, strings, octets))
                        .forEach(each -> large.addRecord(each, Section.ANSWER));
            } else {
                large.getHeader().setFlag(Flags.TC);
            }
            return Optional.of(large.toWire());
        });

        assertThat(problem(txt("example.org"))).contains("too large", "example.org");
    }

    private static Record numbered(int number, int strings, int octets) {
        List<String> text = new ArrayList<>(Collections.nCopies(strings, "x".repeat(octets)));
        text.set(0, String.valueOf(number));
        return new TXTRecord(name("example.org."), DClass.IN, 300, text);
    }

    @Test
    void anAliasWithoutATargetIsNoSuchName() {
        DnsAnswer<DnsRecord.Text> answer = txt("dangling.example.org");

        assertThat(answer).isInstanceOf(DnsAnswer.NoSuchName.class);
        assertThat(answer.metadata().aliases()).containsExactly(DomainName.of("gone.example.org"));
    }

    @Test
    void twoAliasesOfOneNameAreABadAnswer() {
        answerSection(
                "alias.example.org",
                new CNAMERecord(name("alias.example.org."), DClass.IN, 300, name("middle.example.org.")),
                new CNAMERecord(name("alias.example.org."), DClass.IN, 300, name("other.example.org.")));

        assertThat(problem(txt("alias.example.org"))).isEqualTo("alias.example.org has several aliases (CNAME)");
        assertThat(server.queries()).isEqualTo(1);
    }

    @Test
    void anAliasThatIsRepeatedIsOneAlias() {
        answerSection(
                "alias.example.org",
                new CNAMERecord(name("alias.example.org."), DClass.IN, 300, name("middle.example.org.")),
                new CNAMERecord(name("alias.example.org."), DClass.IN, 300, name("MIDDLE.example.org.")));

        assertThat(texts(txt("alias.example.org"))).containsExactly("v=spf1 -all");
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
    void atMostEightAreFollowed() {
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
