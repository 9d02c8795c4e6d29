package org.countersign.reports.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.MessageOutcome;
import org.countersign.dmarc.FailureReporting;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.reports.collect.JudgedMail;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureReportDecisionTest {
    private static final DomainName DOMAIN = DomainName.of("example.org");

    private final ManualClock clock = ManualClock.at(Instant.parse("2026-09-23T12:00:00Z"));

    @Nested
    @DisplayName("RFC 9989 \u00a74.7 fo")
    class Occasions {
        @ParameterizedTest
        @CsvSource({
            // fo, dkim aligned, spf aligned, a signature failed, spf failed, reason
            "ALL_FAILED,       false, false, false, false, true",
            "ALL_FAILED,       true,  false, true,  true,  false",
            "ALL_FAILED,       false, true,  true,  true,  false",
            "ANY_FAILED,       true,  false, false, false, true",
            "ANY_FAILED,       false, true,  false, false, true",
            "ANY_FAILED,       true,  true,  true,  true,  false",
            "SIGNATURE_FAILED, true,  true,  true,  false, true",
            "SIGNATURE_FAILED, false, false, false, true,  false",
            "SPF_FAILED,       true,  true,  false, true,  true",
            "SPF_FAILED,       false, false, true,  false, false",
        })
        void decides(
                FailureReporting option, boolean dkim, boolean spf, boolean signature, boolean failed, boolean reason) {
            assertThat(new FailureOccasion(
                                    DOMAIN, EnumSet.of(option), false, dkim, spf, signature, failed, false, false)
                            .isReason(Set.of(DOMAIN)))
                    .isEqualTo(reason);
        }

        @Test
        void nothingElseIsAReason() {
            assertThat(occasion(false, false, false).isReason(Set.of(DOMAIN))).isTrue();
            assertThat(occasion(false, false, false).isReason(Set.of())).isFalse();
            assertThat(occasion(false, false, false).isReason(Set.of(DomainName.of("org"))))
                    .isFalse();
            assertThat(occasion(true, false, false).isReason(Set.of(DOMAIN))).isFalse();
            assertThat(occasion(false, true, false).isReason(Set.of(DOMAIN))).isFalse();
            assertThat(occasion(false, false, true).isReason(Set.of(DOMAIN))).isFalse();
        }

        private FailureOccasion occasion(boolean psd, boolean nullPath, boolean report) {
            return new FailureOccasion(
                    DOMAIN, EnumSet.allOf(FailureReporting.class), psd, false, false, true, true, nullPath, report);
        }
    }

    /** A thousand of them may wait. */
    @Test
    void aReportKeepsLittleOfALongHeader() {
        List<HeaderField> fields = new ArrayList<>();
        fields.add(HeaderField.of("Received", " from client.example"));
        fields.add(HeaderField.of("Received", " " + "r".repeat(9_000)));
        fields.add(HeaderField.of("From", " <a@example.org>"));
        for (int i = 0; i < 50; i++) {
            fields.add(HeaderField.of("DKIM-Signature", " " + "x".repeat(60_000)));
        }
        MessageOutcome.Judged outcome = JudgedMail.forged()
                .author("example.org")
                .dmarc("example.org", "v=DMARC1; p=reject; ruf=mailto:ruf@example.org")
                .outcome();
        List<FailureReport.Field> kept = FailedMessage.of(
                        outcome, Set.of(DOMAIN), List.of(), clock.instant(), "mx.receiver.example", fields)
                .orElseThrow()
                .report()
                .header();
        assertThat(kept)
                .extracting(FailureReport.Field::name)
                .startsWith("Received", "From", "DKIM-Signature")
                .hasSize(6);
        assertThat(kept.stream().mapToInt(field -> field.value().length()).sum())
                .isLessThan(12_288);
        assertThat(kept.getFirst().value()).isEqualTo(" from client.example");
    }

    private static FailureReport failure(String address, String selector) {
        return new FailureReport(
                DOMAIN,
                DOMAIN,
                "mx.receiver.example",
                false,
                Set.of(Mechanism.DKIM, Mechanism.SPF),
                Optional.of(new FailureReport.FailedSignature(DOMAIN, selector, "@example.org")),
                List.of(),
                "",
                IpNetwork.parseAddress(address).orElseThrow(),
                DeliveryResult.REJECT,
                Instant.EPOCH,
                1,
                List.of());
    }

    @Nested
    @DisplayName("Like failures")
    class Folding {
        private final IncidentFolding folding = new IncidentFolding(clock);

        @Test
        void becomeOneReportAfterTheFirst() {
            assertThat(folding.offer(failure("192.0.2.1", "s1"))).contains(failure("192.0.2.1", "s1"));
            assertThat(folding.offer(failure("192.0.2.2", "s1"))).isEmpty();
            assertThat(folding.offer(failure("192.0.2.255", "s1"))).isEmpty();
            clock.advance(IncidentFolding.WINDOW.minusSeconds(1));
            assertThat(folding.due()).isEmpty();
            clock.advance(Duration.ofSeconds(1));

            assertThat(folding.due()).containsExactly(failure("192.0.2.2", "s1").withIncidents(2));
            assertThat(folding.offer(failure("192.0.2.1", "s1"))).isEmpty();
            clock.advance(IncidentFolding.WINDOW);
            assertThat(folding.due()).hasSize(1);
            clock.advance(IncidentFolding.WINDOW);
            assertThat(folding.due()).isEmpty();
            assertThat(folding.offer(failure("192.0.2.1", "s1"))).isPresent();
        }

        @Test
        void areOfOneNetworkAndOneSignature() {
            assertThat(folding.offer(failure("192.0.2.1", "s1"))).isPresent();
            assertThat(folding.offer(failure("192.0.3.1", "s1"))).isPresent();
            assertThat(folding.offer(failure("192.0.2.1", "s2"))).isPresent();
            assertThat(folding.offer(failure("2001:db8:1:2::1", "s1"))).isPresent();
            assertThat(folding.offer(failure("2001:db8:1:3::1", "s1"))).isEmpty();
            assertThat(folding.offer(failure("2001:db8:2::1", "s1"))).isPresent();
        }

        @Test
        void ofTooManyKindsAreCountedOnly() {
            for (int i = 0; i < IncidentFolding.MAX_KINDS; i++) {
                assertThat(folding.offer(failure("192.0.2.1", "s" + i))).isPresent();
            }

            assertThat(folding.offer(failure("192.0.2.1", "one more"))).isEmpty();
            assertThat(folding.dropped()).isEqualTo(1);
            clock.advance(IncidentFolding.WINDOW);
            assertThat(folding.due()).isEmpty();
            assertThat(folding.offer(failure("192.0.2.1", "one more"))).isPresent();
        }
    }
}
