package org.countersign.spf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpfVerifierTest {
    private static final InetAddress CLIENT = address("192.0.2.7");
    static final SpfVerifier VERIFIER = verifier(SpfLimits.DEFAULT);

    static InetAddress address(String text) {
        return IpNetwork.parseAddress(text).orElseThrow();
    }

    private static SpfVerifier verifier(SpfLimits limits) {
        return new SpfVerifier(limits, DomainName.of("mx.example.com"), InstantSource.fixed(Instant.EPOCH));
    }

    private static SpfRequest from(String mailFrom) {
        return SpfRequest.mailFrom(CLIENT, ReversePath.parse(mailFrom), "mail.example.org");
    }

    static SpfResult verify(StaticZone.Builder zone) {
        return VERIFIER.verify(from("user@example.org"), new CountingLookups(zone.build()));
    }

    static StaticZone.Builder zone(String record) {
        return StaticZone.builder().txt("example.org", record);
    }

    @Nested
    @DisplayName("the sentence for the postmaster")
    class Explanation {
        @Test
        void namesMechanismRecordAndClient() {
            assertThat(verify(zone("v=spf1 -all")).explain())
                    .isEqualTo("-all in the record of example.org matched 192.0.2.7");
        }

        @Test
        void namesTheDomainThatIncludesTheRecord() {
            SpfResult result = verify(
                    zone("v=spf1 include:_spf.example.net -all").txt("_spf.example.net", "v=spf1 ip4:192.0.2.0/24"));
            assertThat(result.explain())
                    .isEqualTo("ip4:192.0.2.0/24 in the record of _spf.example.net, included by example.org,"
                            + " matched 192.0.2.7");
        }

        @Test
        void namesRedirectsAndIncludesThatAreNotAPass() {
            SpfResult result = verify(zone("v=spf1 redirect=a.example")
                    .txt("a.example", "v=spf1 ~include:b.example")
                    .txt("b.example", "v=spf1 +all"));
            assertThat(result.keyword()).isEqualTo("softfail");
            assertThat(result.explain())
                    .isEqualTo("all in the record of b.example, named in ~include:b.example of a.example,"
                            + " redirected to by example.org, matched 192.0.2.7");
        }

        @Test
        void saysThatNothingMatched() {
            assertThat(verify(zone("v=spf1 a").address("example.org", "192.0.2.1"))
                            .explain())
                    .isEqualTo("nothing in the record of example.org matched 192.0.2.7");
        }

        @Test
        void saysWhatIsWrongAndWhere() {
            assertThat(verify(zone("v=spf1 include:a.example").txt("a.example", "v=spf1 moo -all"))
                            .explain())
                    .isEqualTo("an SPF record has a syntax error: unknown mechanism \"moo\" at offset 7 of the record"
                            + " of a.example, included by example.org");
            assertThat(verify(zone("v=spf1 include:a.example")).explain())
                    .isEqualTo("an include names a domain without an SPF record: include:a.example in the record of"
                            + " example.org");
            assertThat(verify(StaticZone.builder()).explain()).isEqualTo("the domain does not exist: example.org");
        }

        @Test
        void saysWhichLookupFailed() {
            StaticZone.Builder zone = zone("v=spf1 include:a.example")
                    .txt("a.example", "v=spf1 mx")
                    .failure("a.example", RecordType.MX, DnsAnswer.Failure.TIMEOUT);
            assertThat(verify(zone).explain())
                    .isEqualTo("the DNS did not answer in time: MX a.example, needed by the record of a.example,"
                            + " included by example.org");
        }

        @Test
        void showsHostileTextEscapedAndShortened() {
            SpfResult result = VERIFIER.verify(
                    SpfRequest.helo(CLIENT, "\r\nX: y\u202e" + "z".repeat(5000)),
                    new CountingLookups(StaticZone.builder().build()));
            assertThat(result.explain())
                    .startsWith("the identity is not a mail domain: \"\\x0d\\x0aX: y\\u202e")
                    .hasSizeLessThan(250);
        }
    }

    @Nested
    @DisplayName("evidence")
    class Evidence {
        @Test
        void hasTheTextOfEachRecordThatLedToTheResult() {
            SpfEvidence evidence = verify(zone("v=spf1 a:x.example include:a.example  -all")
                            .txt("a.example", "v=spf1 Redirect=b.example")
                            .txt("b.example", "v=spf1 IP4:192.0.2.7"))
                    .evidence();
            assertThat(evidence.chain())
                    .extracting(step -> step.domain() + " " + step.reachedBy().orElse("-") + " " + step.record())
                    .containsExactly(
                            "example.org - v=spf1 a:x.example include:a.example  -all",
                            "a.example include:a.example v=spf1 Redirect=b.example",
                            "b.example redirect=b.example v=spf1 IP4:192.0.2.7");
            assertThat(evidence.dnsTerms()).isEqualTo(3);
            assertThat(evidence.voidLookups()).isEqualTo(1);
            assertThat(evidence.decidingRecord().map(RecordStep::domain)).contains(DomainName.of("b.example"));
        }

        @Test
        void namesTheIdentityAndTheDomain() {
            SpfResult helo = VERIFIER.verify(
                    SpfRequest.helo(CLIENT, "Mail.Example.ORG"),
                    new CountingLookups(StaticZone.builder().build()));
            assertThat(helo.identity()).isEqualTo(SpfIdentity.HELO);
            assertThat(helo.domain()).contains(DomainName.of("mail.example.org"));
        }
    }

    @Nested
    @DisplayName("RFC 7208 §4.6.4 limits")
    class Limits {
        @Test
        void areThoseOfTheRfcByDefault() {
            assertThat(SpfLimits.DEFAULT).isEqualTo(new SpfLimits(10, 2, 10, 10));
        }

        @ParameterizedTest
        @CsvSource({"0,2,10,10", "10,-1,10,10", "10,2,0,10", "10,2,10,0", "101,2,10,10", "10,2,10,1000"})
        void outOfRangeAreRefused(int terms, int voids, int mx, int ptr) {
            assertThatThrownBy(() -> new SpfLimits(terms, voids, mx, ptr)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void canBeLowered() {
            StaticZone zone = zone("v=spf1 a:x.example +all").build();
            SpfResult result =
                    verifier(new SpfLimits(1, 0, 1, 1)).verify(from("user@example.org"), new CountingLookups(zone));
            assertThat(result.problem()).contains(SpfProblem.TOO_MANY_VOID_LOOKUPS);
        }

        @Test
        void deepIncludesEndAtTheHighestLimit() {
            StaticZone.Builder zone = zone("v=spf1 include:d0.example");
            IntStream.range(0, 200)
                    .forEach(i -> zone.txt("d" + i + ".example", "v=spf1 include:d" + (i + 1) + ".example"));
            SpfResult result = verifier(new SpfLimits(100, 2, 10, 10))
                    .verify(from("user@example.org"), new CountingLookups(zone.build()));
            assertThat(result.problem()).contains(SpfProblem.TOO_MANY_DNS_TERMS);
            assertThat(result.evidence().chain()).hasSize(101);
        }

        @Test
        void namesOfTheClientBeyondTheLimitAreReported() {
            StaticZone.Builder zone = zone("v=spf1 ptr -all");
            IntStream.range(0, 13).forEach(i -> zone.ptr("7.2.0.192.in-addr.arpa", "p" + i + ".example"));
            SpfResult result = verify(zone);
            assertThat(result.evidence().namesIgnored()).isEqualTo(3);
            assertThat(result.explain())
                    .isEqualTo("-all in the record of example.org matched 192.0.2.7"
                            + " (3 of its names in the DNS were too many to look at)");
        }

        @Test
        void namesOfTheClientThatNoTermNeedsAreNotReported() {
            StaticZone.Builder zone = zone("v=spf1 -all");
            IntStream.range(0, 13).forEach(i -> zone.ptr("7.2.0.192.in-addr.arpa", "p" + i + ".example"));
            assertThat(verify(zone).evidence().namesIgnored()).isZero();
            assertThat(verify(zone("v=spf1 ptr -all").ptr("7.2.0.192.in-addr.arpa", "p.example"))
                            .evidence()
                            .namesIgnored())
                    .isZero();
        }

        @Test
        void mostExpensiveRecordMakesAsManyQueriesAsDocumented() {
            // Ten mx terms of ten hosts each, then exp= with a validated name.
            StringBuilder record = new StringBuilder("v=spf1");
            StaticZone.Builder zone = StaticZone.builder();
            for (int term = 0; term < 10; term++) {
                record.append(" mx:m").append(term).append(".example");
                for (int host = 0; host < 10; host++) {
                    String name = "h" + host + ".m" + term + ".example";
                    zone.mx("m" + term + ".example", host, name);
                    zone.address(name, "203.0.113.1");
                }
            }
            IntStream.range(0, 20).forEach(i -> zone.ptr("7.2.0.192.in-addr.arpa", "p" + i + ".example"));
            zone.txt("example.org", record + " -all exp=why.example").txt("why.example", "%{p} %{p}");
            CountingLookups dns = new CountingLookups(zone.build());
            SpfResult result = VERIFIER.verify(from("user@example.org"), dns);
            assertThat(result.kind()).isEqualTo(SpfResult.Kind.FAIL);
            assertThat(result.explanation()).contains("unknown unknown");
            assertThat(dns.queries()).hasSize(123);
        }
    }

    @Nested
    @DisplayName("a DNS error")
    class DnsError {
        @ParameterizedTest
        @CsvSource({
            "TIMEOUT,DNS_TIMEOUT",
            "SERVER_FAILURE,DNS_SERVER_FAILURE",
            "REFUSED,DNS_REFUSED",
            "NETWORK,DNS_UNREACHABLE",
            "OVERLOADED,DNS_OVERLOADED",
            "DEADLINE,DEADLINE",
            "BUDGET_SPENT,QUERY_BUDGET_SPENT"
        })
        void isATemporaryErrorWithItsReason(DnsAnswer.Failure failure, SpfProblem problem) {
            SpfResult result = verify(zone("v=spf1 a -all").failure("example.org", RecordType.A, failure));
            assertThat(result.kind()).isEqualTo(SpfResult.Kind.TEMPERROR);
            assertThat(result.problem()).contains(problem);
        }

        @ParameterizedTest
        @CsvSource({"ptr, PTR", "exists:%{p}.example, PTR", "ptr, A", "exists:%{p}.example, A"})
        void byALocalLimitIsNotTakenForAMissingName(String term, RecordType type) {
            // A DNS error about the client's names means no match (RFC 7208 §5.5); a local limit does not.
            StaticZone zone = zone("v=spf1 " + term + " -all")
                    .ptr("7.2.0.192.in-addr.arpa", "mail.example.org")
                    .failure(
                            type == RecordType.PTR ? "7.2.0.192.in-addr.arpa" : "mail.example.org",
                            type,
                            DnsAnswer.Failure.DEADLINE)
                    .build();
            SpfResult result = VERIFIER.verify(from("user@example.org"), new CountingLookups(zone));
            assertThat(result.problem()).contains(SpfProblem.DEADLINE);
            assertThat(result.keyword()).isEqualTo("temperror");
        }

        @Test
        void byTheQueryLimitOfTheMessageIsATemporaryError() {
            StaticZone zone = zone("v=spf1 a:a.example a:b.example +all")
                    .address("a.example", "192.0.2.1")
                    .build();
            SpfResult result = VERIFIER.verify(from("user@example.org"), new MessageLookups(zone, 2, Instant.MAX));
            assertThat(result.problem()).contains(SpfProblem.QUERY_BUDGET_SPENT);
        }

        @Test
        void inTheExplanationDoesNotChangeAFail() {
            SpfResult result = verify(zone("v=spf1 -all exp=why.example")
                    .failure("why.example", RecordType.TXT, DnsAnswer.Failure.DEADLINE));
            assertThat(result.kind()).isEqualTo(SpfResult.Kind.FAIL);
            assertThat(result.explanation()).isEmpty();
        }
    }

    @Test
    void onlyFiveTypesAreLookedUpAndNeverType99() {
        assertThat(RecordType.values())
                .containsExactlyInAnyOrder(
                        RecordType.A, RecordType.AAAA, RecordType.MX, RecordType.PTR, RecordType.TXT);
        CountingLookups dns = new CountingLookups(zone("v=spf1 -all").build());
        VERIFIER.verify(from("user@example.org"), dns);
        assertThat(dns.queries()).extracting(DnsQuery::toString).containsExactly("TXT example.org");
    }

    @Test
    void longExplanationIsShortenedTo256Characters() {
        SpfResult result = verify(zone("v=spf1 -all exp=why.example").txt("why.example", "x".repeat(4000) + "%{p}"));
        String explanation = result.explanation().orElseThrow();
        assertThat(explanation).hasSize(256).endsWith("x...");
    }

    @ParameterizedTest
    @CsvSource({"mx.example.com, mx.example.com", "mx, unknown", "localhost, unknown"})
    void anExplanationNamesThisHostOnlyIfItsNameIsFullyQualified(String host, String shown) {
        StaticZone zone = zone("v=spf1 -all exp=why.example")
                .txt("why.example", "refused by %{r}")
                .build();
        SpfVerifier verifier = new SpfVerifier(SpfLimits.DEFAULT, DomainName.of(host), InstantSource.system());
        assertThat(verifier.verify(from("user@example.org"), new CountingLookups(zone))
                        .explanation())
                .contains("refused by " + shown);
    }

    @Test
    void veryLongLocalPartMatchesNothing() {
        StaticZone zone = zone("v=spf1 exists:%{l1r}.example.org ~all")
                .address("a.example.org", "127.0.0.2")
                .build();
        CountingLookups dns = new CountingLookups(zone);
        SpfResult result = VERIFIER.verify(from("a." + "b".repeat(600) + "@example.org"), dns);
        assertThat(result.mechanism()).contains("~all");
        assertThat(dns.queries()).hasSize(1);
    }

    @Test
    void mappedClientAddressIsCheckedAsIpv4() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -64, 0, 2, 7};
        SpfRequest request = SpfRequest.helo(Inet6Address.getByAddress(null, mapped, 2), "mail.example.org");
        assertThat(request.client()).isEqualTo(CLIENT);
        StaticZone zone = StaticZone.builder()
                .txt("mail.example.org", "v=spf1 ip4:192.0.2.7 -all")
                .build();
        assertThat(VERIFIER.verify(request, new CountingLookups(zone)).kind()).isEqualTo(SpfResult.Kind.PASS);
    }

    @Test
    void addressRecordOfAMappedAddressDoesNotMatchAnIpv4Client() throws UnknownHostException {
        // A resolver may return it as an IPv6 address, which never matches an IPv4 client.
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -64, 0, 2, 7};
        DnsRecord.Address odd = new DnsRecord.Address(Inet6Address.getByAddress(null, mapped, -1));
        StaticZone zone = zone("v=spf1 a -all").build();
        DnsClient client = new DnsClient() {
            @Override
            @SuppressWarnings("unchecked") // only a query for A gets the address
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
                return query.type() == RecordType.A
                        ? (DnsAnswer<R>) new DnsAnswer.Found<>(List.of(odd), AnswerMetadata.NONE)
                        : zone.lookup(query, deadline);
            }
        };
        assertThat(VERIFIER.verify(from("user@example.org"), new CountingLookups(client))
                        .kind())
                .isEqualTo(SpfResult.Kind.FAIL);
    }

    @Test
    void oneVerifierCanBeUsedByManyThreads() throws Exception {
        StaticZone zone = zone("v=spf1 include:a.example -all")
                .txt("a.example", "v=spf1 exists:%{l}.ok.example")
                .address("even.ok.example", "127.0.0.2")
                .build();
        Callable<List<String>> work = () -> IntStream.range(0, 200)
                .mapToObj(i -> VERIFIER.verify(
                                from((i % 2 == 0 ? "even" : "odd") + "@example.org"), new CountingLookups(zone))
                        .keyword())
                .toList();
        List<String> expected = work.call();
        assertThat(expected).startsWith("pass", "fail", "pass", "fail");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<String>> each :
                    threads.invokeAll(List.of(work, work, work, work, work, work, work, work))) {
                assertThat(each.get()).isEqualTo(expected);
            }
        }
    }
}
