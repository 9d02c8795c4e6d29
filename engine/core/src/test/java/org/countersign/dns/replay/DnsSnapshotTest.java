package org.countersign.dns.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnsSnapshotTest {
    private static final String DIG = """
            ; <<>> DiG 9.18.28 <<>> txt bank.example
            ;; global options: +cmd
            ;; Got answer:
            ;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 20100

            ;; QUESTION SECTION:
            ;bank.example.\t\tIN\tTXT

            ;; ANSWER SECTION:
            bank.example.\t\t3600\tIN\tTXT\t"v=spf1 include:_spf.bulk.example " "-all"
            bank.example.\t\t3600\tIN\tTXT\t"other\\; data \\"quoted\\" \\195\\164"
            s1._domainkey.bank.example. 3600 IN CNAME s1.bulk.example.
            s1.bulk.example. 60 IN TXT ( "v=DKIM1; "
                  "p=abc" ) ; two lines

            ;; AUTHORITY SECTION:
            bank.example.\t\t86400\tIN\tSOA\tns1.bank.example. host\\.master.bank.example. 7 1 2 3 300
            .\t\t86400\tIN\tSOA\ta.root.example. x.example. 1 1 1 1 1
            Mail.Bank.EXAMPLE. IN 60 a 192.0.2.1
            \t\tIN AAAA 2001:DB8::1
            bank.example. MX 10 mail.bank.example.
            parked.example. 300 IN MX 0 .
            ;; Query time: 12 msec
            ;!nxdomain nothing.example 900
            ;!nodata mail.bank.example TXT 900
            ;!servfail broken.example TXT "SERVFAIL"
            ;!timeout slow.example A
            ;!ad bank.example TXT
            """;

    @Test
    void readsTheOutputOfDigAndTheLinesThatAMasterFileCannotSay() {
        ReplayingDnsClient client = new ReplayingDnsClient(read(DIG));
        DnsAnswer<DnsRecord.Text> spf = client.lookup(DnsQuery.txt(DomainName.of("bank.example")), Instant.EPOCH);
        assertThat(spf.describe()).isEqualTo("2 records");
        assertThat(spf.metadata().authentic()).isTrue();
        assertThat(spf.metadata().ttl()).isEqualTo(Duration.ofHours(1));
        assertThat(texts(spf))
                .containsExactly("v=spf1 include:_spf.bulk.example -all", "other; data \"quoted\" \u00c3\u00a4");
        DnsAnswer<DnsRecord.Text> key =
                client.lookup(DnsQuery.txt(DomainName.of("s1._domainkey.bank.example")), Instant.EPOCH);
        assertThat(texts(key)).containsExactly("v=DKIM1; p=abc");
        assertThat(key.metadata().aliases()).containsExactly(DomainName.of("s1.bulk.example"));
        assertThat(key.metadata().ttl()).isEqualTo(Duration.ofMinutes(1));
        assertThat(answer(client, DnsQuery.a(DomainName.of("mail.bank.example"))))
                .isEqualTo("1 record");
        assertThat(answer(client, DnsQuery.aaaa(DomainName.of("mail.bank.example"))))
                .isEqualTo("1 record");
        assertThat(answer(client, DnsQuery.mx(DomainName.of("bank.example")))).isEqualTo("1 record");
        assertThat(answer(client, DnsQuery.mx(DomainName.of("parked.example")))).isEqualTo("0 records");
        assertThat(answer(client, DnsQuery.a(DomainName.of("nothing.example")))).isEqualTo("no such name");
        assertThat(answer(client, DnsQuery.txt(DomainName.of("mail.bank.example"))))
                .isEqualTo("no record of this type");
        assertThat(answer(client, DnsQuery.txt(DomainName.of("broken.example"))))
                .isEqualTo("server failure: SERVFAIL");
        assertThat(answer(client, DnsQuery.a(DomainName.of("slow.example")))).isEqualTo("timeout");
        assertThat(client.missing()).isEmpty();
    }

    @Test
    void aQuestionThatIsNotInTheSnapshotIsATemporaryErrorAndIsListedOnce() {
        ReplayingDnsClient client = new ReplayingDnsClient(read("bank.example. 60 IN A 192.0.2.1\n"));
        DnsQuery<DnsRecord.Text> query = DnsQuery.txt(DomainName.of("bank.example"));
        for (int i = 0; i < 2; i++) {
            DnsAnswer<DnsRecord.Text> answer = client.lookup(query, Instant.EPOCH);
            assertThat(answer).isInstanceOf(DnsAnswer.Unavailable.class);
            assertThat(answer.describe()).isEqualTo("servers not reachable: not in the snapshot");
        }
        assertThat(client.missing()).hasToString("[TXT bank.example]");
    }

    @Test
    void writesWhatItReads() {
        DnsSnapshot snapshot = read(DIG);
        assertThat(snapshot.render()).startsWith("""
                bank.example. 3600 IN TXT "v=spf1 include:_spf.bulk.example " "-all"
                bank.example. 3600 IN TXT "other; data \\"quoted\\" \\195\\164"
                s1._domainkey.bank.example. 3600 IN CNAME s1.bulk.example.
                s1.bulk.example. 60 IN TXT "v=DKIM1; " "p=abc"
                """);
        assertThat(read(snapshot.render())).isEqualTo(snapshot);
    }

    @Test
    void keepsTheServersApartAndAnswersAResolversQuestionsFromResolversOnly() {
        DnsSnapshot snapshot = read("""
                ;!asked 2026-11-23T12:00:00Z 127.0.0.1
                a.example. 300 IN A 192.0.2.1
                ;!asked 2026-11-23T12:00:01Z 192.0.2.53 authoritative
                a.example. 300 IN A 192.0.2.2
                b.example. 300 IN A 192.0.2.2
                b.example. 300 IN NS ns1.example.
                """);
        assertThat(snapshot.sections()).extracting(SnapshotSection::server).containsExactly("127.0.0.1", "192.0.2.53");
        ReplayingDnsClient client = new ReplayingDnsClient(snapshot);
        assertThat(client.lookup(DnsQuery.a(DomainName.of("a.example")), Instant.EPOCH)
                        .toString())
                .contains("192.0.2.1");
        assertThat(client.lookup(DnsQuery.a(DomainName.of("b.example")), Instant.EPOCH)
                        .isError())
                .isTrue();
        SnapshotAnswers authoritative = snapshot.sections().getLast().answers();
        assertThat(authoritative.answer(DomainName.of("b.example"), "NS").answer())
                .isEqualTo(new SnapshotAnswer.Found(List.of(new SnapshotEntry.Resource(
                        DomainName.of("b.example"),
                        Duration.ofMinutes(5),
                        "NS",
                        List.of(Octets.latin1("ns1.example."))))));
        assertThat(snapshot.render()).contains(";!asked 2026-11-23T12:00:01Z 192.0.2.53 authoritative\n");
    }

    @Test
    void aLoopOfAliasesEnds() {
        ReplayingDnsClient client =
                new ReplayingDnsClient(read("a.example. CNAME b.example.\nb.example. CNAME a.example.\n"));
        assertThat(answer(client, DnsQuery.a(DomainName.of("a.example"))))
                .isEqualTo("bad answer: the aliases of a.example do not end");
    }

    @Test
    void severalAliasesOfOneNameAreABadAnswerAsOverTheNetwork() {
        ReplayingDnsClient client = new ReplayingDnsClient(read("""
                a.example. CNAME b.example.
                a.example. CNAME c.example.
                b.example. A 192.0.2.1
                twice.example. CNAME b.example.
                twice.example. CNAME B.example.
                """));
        assertThat(answer(client, DnsQuery.a(DomainName.of("a.example"))))
                .isEqualTo("bad answer: a.example has several aliases (CNAME)");
        assertThat(answer(client, DnsQuery.a(DomainName.of("twice.example")))).isEqualTo("1 record");
    }

    @Test
    void aNameMayHaveCharactersThatAreSpecialInAMasterFile() {
        DomainName odd = DomainName.parseQueryName("a b;(c)\"\\.@.x$.example").orElseThrow();
        DnsSnapshot snapshot = new DnsSnapshot(
                List.of(new SnapshotSection("", "", false, List.of(new SnapshotEntry.NoSuchName(odd, Duration.ZERO)))));
        assertThat(snapshot.render()).isEqualTo(";!nxdomain a\\032b\\;\\(c\\)\\\"\\\\.\\@.x\\$.example.\n");
        assertThat(read(snapshot.render())).isEqualTo(snapshot);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            a.example. IN A 192.0.2.256 | an A record needs one IPv4 address
            a.example. IN AAAA 192.0.2.1 | an AAAA record needs one IPv6 address
            a.example. IN MX mail.example. | an MX record needs a number and the name of a host
            a.example. IN CNAME . | a CNAME record needs one domain name
            a.example. IN TXT | a TXT record needs at least one string, such as ""
            a.example. IN TXT "x | the quotation mark is not closed on its line
            a.example. IN TXT \\30 | after \\ there must be a character, or three decimal digits up to 255
            a.example. IN TXT \\256 | after \\ there must be a character, or three decimal digits up to 255
            a.example. IN TXT ( "x" | the parenthesis is not closed
            a.example. IN TXT "x" ) | a parenthesis that was not opened
            a.example. 4294967296 IN A 192.0.2.1 | "4294967296" is not a TTL in seconds
            a.example. 300 IN | a record is written NAME TTL IN TYPE DATA; the type is missing
            a.example. 300 CH TXT x | the class must be IN
            $ORIGIN example. | "$ORIGIN" is not supported: write whole names and a TTL in each line
            a..example. 300 IN A 192.0.2.1 | "a..example." is not a domain name
            ;!nxdomain | expected ;!nxdomain NAME [TTL]
            ;!nodata a.example | expected ;!nodata NAME TYPE [TTL]
            ;!timeout a.example A 3 "x" y | expected ;!timeout NAME TYPE [TTL] ["DETAIL"]
            ;!asked 2026-11-23 | expected ;!asked TIME SERVER [authoritative]
            ;!xndomain a | after ;! there is no word such as asked, nxdomain, nodata, servfail, timeout or ad
            """)
    void aMistakeIsNamedWithItsLine(String line, String problem) {
        assertThat(DnsSnapshot.parse("; a comment\n\n" + line))
                .isEqualTo(new Parsed.Malformed<>(new DnsSnapshot.Mistake(3, problem)));
    }

    private static DnsSnapshot read(String text) {
        return DnsSnapshot.parse(text).toOptional().orElseThrow();
    }

    private static String answer(ReplayingDnsClient client, DnsQuery<?> query) {
        return client.lookup(query, Instant.EPOCH).describe();
    }

    private static List<String> texts(DnsAnswer<DnsRecord.Text> answer) {
        return ((DnsAnswer.Found<DnsRecord.Text>) answer)
                .records().stream().map(text -> text.joined().latin1()).toList();
    }
}
