package org.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.authoritative.AuthoritativeDns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Domains whose owner wants to keep the examiner busy, to fill the screen, or to write to the terminal. */
@Timeout(60)
class HostileDomainTest {
    private static final int MAX_OUTPUT = 2_000_000;
    // Far more than any record in use; a TXT record may have five times as much.
    private static final int RECORD = 12_000;

    private static String filled(String piece) {
        return piece.repeat(RECORD / piece.length());
    }

    private static void examine(TestZone zone) {
        Examination examination = ExampleDomain.examine(zone, ExampleDomain.REQUEST);
        String text = Outputs.text(examination, Outputs.TERMINAL);
        assertThat(text.length()).isLessThan(MAX_OUTPUT);
        assertThat(text.chars().filter(c -> c != '\n' && (c < ' ' || (c >= 0x7f && c < 0xa0))))
                .isEmpty();
        assertThat(examination.findings()).hasSizeLessThanOrEqualTo(301);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ip4:44.1.2.3 ",
                "ip4:1",
                "ptr ",
                "exists:%{l}.x ",
                "mx:example.net ",
                "ip4:44.0.0.0/2 ",
                "include:example.net ",
                "foo=1 ",
                "\u001b[2J",
                "\"",
                "\\;",
                "-all",
                ","
            })
    void aHugeSpfRecordIsReadInBoundedTimeAndOutput(String piece) {
        examine(ExampleDomain.clean().change("- example.org TXT").text("example.org", "v=spf1 " + filled(piece)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pct=1;",
                ", ",
                " ",
                "x=1;",
                "p=no;",
                "rua=mailto:a@b;",
                "mailto:a@b,",
                "\u0007",
                "!",
                "p",
                "=;",
                "rua=a p=b "
            })
    void aHugeDmarcRecordIsReadInBoundedTimeAndOutput(String piece) {
        for (String begin : List.of("v=DMARC1; p=", "v=DMARC1; p=reject; ", "v=DMARC1; rua=")) {
            examine(ExampleDomain.clean()
                    .change("- _dmarc.example.org TXT")
                    .text("_dmarc.example.org", begin + filled(piece)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"k=rsa;", "x=1;", "A", "A ", "\u001b]0;x\u0007", "-----BEGIN ", "\\n", "\"", "g=;"})
    void aHugeKeyRecordIsReadInBoundedTimeAndOutput(String piece) {
        for (String begin : List.of("v=DKIM1; p=", "v=DKIM1; ", "")) {
            examine(ExampleDomain.clean()
                    .change("- s1._domainkey.example.org TXT")
                    .text("s1._domainkey.example.org", begin + filled(piece)));
        }
    }

    @Test
    void anEndlessTreeOfIncludesIsCutOff() {
        String fan = IntStream.range(0, 40)
                .mapToObj(i -> "include:n" + i + ".example.net")
                .collect(Collectors.joining(" "));
        TestZone zone =
                ExampleDomain.clean().change("- example.org TXT").text("example.org", "v=spf1 " + fan + " -all");
        IntStream.range(0, 40).forEach(i -> zone.text("n" + i + ".example.net", "v=spf1 " + fan + " ?all"));
        examine(zone);
    }

    @Test
    void manyRecordsAndAliasesThatLeadBackAreNoDifficulty() {
        TestZone zone = ExampleDomain.clean()
                .change("a.example.org CNAME b.example.org")
                .change("b.example.org CNAME a.example.org")
                .change("- s1._domainkey.example.org TXT")
                .change("s1._domainkey.example.org CNAME a.example.org");
        IntStream.range(0, 500)
                .forEach(i -> zone.text("example.org", "v=spf1 ip4:44.1.2." + i % 256 + " \u001b[31m -all"));
        IntStream.range(0, 500).forEach(i -> zone.text("_dmarc.example.org", "v=DMARC1; p=none; x=" + i));
        IntStream.range(0, 500).forEach(i -> zone.change("example.org MX 10 mx" + i + ".example.net"));
        examine(zone);
    }

    /** Every query takes twenty seconds. */
    private record SlowDns(AtomicReference<Instant> time, AtomicInteger queries) implements DnsClient {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
            queries.incrementAndGet();
            time.updateAndGet(now -> now.plus(Duration.ofSeconds(20)));
            return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.TIMEOUT, AnswerMetadata.NONE);
        }
    }

    @Test
    void noQueryIsMadeAfterTheTimeOfAnExamination() {
        AtomicReference<Instant> time = new AtomicReference<>(ExampleDomain.NOW);
        SlowDns dns = new SlowDns(time, new AtomicInteger());
        InstantSource clock = time::get;
        Examination examination = new Doctor(
                        dns, AuthoritativeDns.none("not asked"), PublicSuffixList.bundled(), PolicyFetch.NONE, clock)
                .examine(ExampleDomain.DOMAIN, ExampleDomain.REQUEST);
        assertThat(dns.queries().get()).isEqualTo((int) Doctor.MAX_TIME.toSeconds() / 20);
        assertThat(examination.findings())
                .filteredOn(finding -> finding.sentence().contains("ended after 120 seconds"))
                .hasSize(1);
        assertThat(examination.worst()).contains(Severity.UNKNOWN);
    }
}
