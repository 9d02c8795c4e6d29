package org.countersign.reports.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;

/** What strangers send about a domain fills no heap. */
class DaySumsTest {
    private static final DomainName DOMAIN = DomainName.of("example.org");

    @Test
    void aSmallHeapHasFewerFacts() {
        assertThat(DaySums.Limits.ofHeap(60 << 20)).isEqualTo(new DaySums.Limits(10_240, 20_480));
        assertThat(DaySums.Limits.ofHeap(1 << 30)).isEqualTo(new DaySums.Limits(100_000, 200_000));
    }

    @Test
    void allMailCountsAlthoughNotAllFactsAreKept() {
        SourceNaming naming = new SourceNaming(OwnDomains.NONE, MailServices.bundled(), PublicSuffixList.bundled());
        DaySums sums = new DaySums(DOMAIN, OwnDomains.NONE, naming, new DaySums.Limits(3, 10));
        for (int i = 0; i < 100; i++) {
            sums.add(new SeenMail(
                    SeenMail.SEEN,
                    SourceDays.THIS_SYSTEM,
                    "198." + i + ".100.1",
                    "",
                    2,
                    0,
                    0,
                    "",
                    "example.org",
                    Optional.of("bulk.example"),
                    List.of(new SeenMail.Result("dkim", "fail", "d" + i + ".example", "s"))));
        }
        assertThat(sums.sums().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(200);
        assertThat(sums.sums()).hasSize(4);
        assertThat(sums.facts()).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void aReporterThatWritesHugeNumbersMakesNoSumOverflow() {
        SourceNaming naming = new SourceNaming(OwnDomains.NONE, MailServices.bundled(), PublicSuffixList.bundled());
        DaySums sums = new DaySums(DOMAIN, OwnDomains.NONE, naming);
        for (int i = 0; i < 300; i++) {
            SeenMail huge = new SeenMail(
                    SeenMail.RECEIVED,
                    "receiver.example",
                    "198.51." + i % 256 + ".1",
                    "",
                    1_000_000_000_000L,
                    0,
                    0,
                    "",
                    "example.org",
                    Optional.of("bulk.example"),
                    List.of());
            sums.add(huge);
            sums.add(huge);
        }
        long days = 400;

        assertThat(sums.sums().values()).allMatch(messages -> messages == SeenMail.MAX_MESSAGES);
        long day = sums.sums().values().stream().mapToLong(Long::longValue).sum();
        // Shares are computed with a hundred times the sum.
        assertThat(Math.multiplyExact(Math.multiplyExact(day, days), 100L)).isPositive();
        assertThat(sums.facts())
                .allMatch(fact -> fact.getValue().messages <= SeenMail.MAX_MESSAGES
                        && fact.getValue().passed <= SeenMail.MAX_MESSAGES);
    }
}
