package org.countersign.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.countersign.dmarc.DmarcRecord.Diagnostic;
import org.countersign.dmarc.DmarcRecord.RecordWarning;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DmarcRecordTest {
    private static DmarcRecord record(String text) {
        return DmarcRecord.parse(Octets.latin1(text))
                .orElseThrow(() -> new AssertionError("not taken for a record: " + text));
    }

    private static List<String> aggregate(String list) {
        return record("v=DMARC1; p=none; rua=" + list).aggregateReports().stream()
                .map(ReportUri::uri)
                .toList();
    }

    @Nested
    @DisplayName("RFC 9989 §4.7 v")
    class Version {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "v=DMARC1",
                    "v=DMARC1;",
                    "v = DMARC1 ; p=none",
                    "v=\tDMARC1\t;p=none",
                    "V=DMARC1; p=none",
                    "v=DMARC1; v=DMARC2"
                })
        void isARecord(String text) {
            assertThat(DmarcRecord.parse(Octets.latin1(text))).isPresent();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "v",
                    "v=",
                    "v=DMARC",
                    "v=dmarc1; p=none",
                    "v=DMARC1x; p=none",
                    "v=DMARC10",
                    "v=DMARC1,p=none",
                    "v=DMARC 1; p=none",
                    " v=DMARC1; p=none",
                    ";v=DMARC1",
                    "\"v=DMARC1; p=none\"",
                    "p=none; v=DMARC1",
                    "vv=DMARC1",
                    "v=spf1 -all",
                    "v=DMARC2; p=none"
                })
        void isNoRecord(String text) {
            assertThat(DmarcRecord.parse(Octets.latin1(text))).isEmpty();
        }
    }

    @Test
    void readsEveryTag() {
        DmarcRecord record =
                record("v=DMARC1; p=quarantine; sp=none; np=REJECT; adkim=s; aspf=S; psd=n; t=y; fo=1:d:s; "
                        + "rua=mailto:a@example.org, https://r.example/x; ruf=mailto:f@example.org");
        assertThat(record.policy()).contains(DmarcPolicy.QUARANTINE);
        assertThat(record.subdomainPolicy()).contains(DmarcPolicy.NONE);
        assertThat(record.nonexistentPolicy()).contains(DmarcPolicy.REJECT);
        assertThat(record.policyTagsValid()).isTrue();
        assertThat(record.alignment(Mechanism.DKIM)).isEqualTo(AlignmentMode.STRICT);
        assertThat(record.alignment(Mechanism.SPF)).isEqualTo(AlignmentMode.STRICT);
        assertThat(record.psd()).isEqualTo(DmarcRecord.Psd.NO);
        assertThat(record.testing()).isTrue();
        assertThat(record.failureReporting())
                .containsExactly(
                        FailureReporting.ANY_FAILED, FailureReporting.SIGNATURE_FAILED, FailureReporting.SPF_FAILED);
        assertThat(record.aggregateReports())
                .containsExactly(
                        new ReportUri("mailto", "mailto:a@example.org"), new ReportUri("https", "https://r.example/x"));
        assertThat(record.failureReports()).extracting(ReportUri::scheme).containsExactly("mailto");
        assertThat(record.diagnostics()).isEmpty();
    }

    @Test
    void usesDefaultsForAbsentTags() {
        DmarcRecord record = record("v=DMARC1; p=none");
        assertThat(record.subdomainPolicy()).isEmpty();
        assertThat(record.nonexistentPolicy()).isEmpty();
        assertThat(record.dkimAlignment()).isEqualTo(AlignmentMode.RELAXED);
        assertThat(record.spfAlignment()).isEqualTo(AlignmentMode.RELAXED);
        assertThat(record.psd()).isEqualTo(DmarcRecord.Psd.UNDECLARED);
        assertThat(record.testing()).isFalse();
        assertThat(record.failureReporting()).containsExactly(FailureReporting.ALL_FAILED);
        assertThat(record.aggregateReports()).isEmpty();
        assertThat(record.failureReports()).isEmpty();
    }

    @Nested
    @DisplayName("RFC 9989 §4.8 errors")
    class Errors {
        @Test
        void discardsInvalidTagsAndKeepsTheOthers() {
            DmarcRecord record = record("v=DMARC1; nonsense; adkim=x; ;t=yes; psd=maybe; =; 1x=2; p=reject");
            assertThat(record.policy()).contains(DmarcPolicy.REJECT);
            assertThat(record.policyTagsValid()).isTrue();
            assertThat(record.dkimAlignment()).isEqualTo(AlignmentMode.RELAXED);
            assertThat(record.testing()).isFalse();
            assertThat(record.psd()).isEqualTo(DmarcRecord.Psd.UNDECLARED);
            assertThat(record.diagnostics())
                    .contains(new Diagnostic(RecordWarning.INVALID_VALUE, "adkim"))
                    .contains(new Diagnostic(RecordWarning.INVALID_VALUE, "t"))
                    .contains(new Diagnostic(RecordWarning.INVALID_VALUE, "psd"))
                    .contains(new Diagnostic(RecordWarning.SYNTAX, "\"nonsense\""))
                    .hasSize(7);
        }

        @Test
        void usesTheFirstOfDuplicateTags() {
            DmarcRecord record = record("v=DMARC1; p=reject; p=none");
            assertThat(record.policy()).contains(DmarcPolicy.REJECT);
            assertThat(record.diagnostics()).containsExactly(new Diagnostic(RecordWarning.DUPLICATE_TAG, "p"));
        }

        @Test
        void theTagsAfterThe64thHaveNoEffect() {
            String tags = "; fo=0".repeat(62);
            DmarcRecord record = record("v=DMARC1; adkim=s" + tags + "; p=reject");

            assertThat(record.diagnostics())
                    .extracting(Diagnostic::describe)
                    .contains("more than 64 tags are in the record; those after them have no effect");
        }

        @Test
        void distinguishesUnknownFromRemovedTags() {
            assertThat(record("v=DMARC1; p=none; pct=50; rf=afrf; ri=86400; P=reject; x=y")
                            .diagnostics())
                    .containsExactly(
                            new Diagnostic(RecordWarning.REMOVED_TAG, "pct"),
                            new Diagnostic(RecordWarning.REMOVED_TAG, "rf"),
                            new Diagnostic(RecordWarning.REMOVED_TAG, "ri"),
                            new Diagnostic(RecordWarning.UNKNOWN_TAG, "P"),
                            new Diagnostic(RecordWarning.UNKNOWN_TAG, "x"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"p=bogus", "p=", "p=none; sp=", "p=none; np=rejct", "p=no ne", "sp=none", "p=none\u0001"})
        void doesNotTrustInvalidPolicies(String tags) {
            DmarcRecord record = record("v=DMARC1; " + tags);
            assertThat(record.policyTagsValid()).isFalse();
            assertThat(record.diagnostics()).isNotEmpty();
        }

        @Test
        void limitsAndEscapesDiagnostics() {
            String flood = Stream.generate(() -> "\u001b[2J\r\n;").limit(500).reduce("", String::concat);
            List<Diagnostic> diagnostics = record("v=DMARC1;" + flood).diagnostics();
            // The first problems of the tag list, and the missing p.
            assertThat(diagnostics)
                    .hasSize(9)
                    .allSatisfy(each -> assertThat(each.describe()).matches("[ -~]*"));
        }
    }

    @Nested
    @DisplayName("RFC 9989 §4.7 fo")
    class Fo {
        @ParameterizedTest
        @ValueSource(strings = {"0:1", "d:d", "2", "", "d:s:0:1", "0,1", "0:", ":0", "ds", "0 : d", "d s"})
        void usesTheDefaultForAnInvalidValue(String value) {
            DmarcRecord record = record("v=DMARC1; p=none; ruf=mailto:f@example.org; fo=" + value);
            assertThat(record.failureReporting()).containsExactly(FailureReporting.ALL_FAILED);
            assertThat(record.diagnostics()).contains(new Diagnostic(RecordWarning.INVALID_VALUE, "fo"));
        }

        @Test
        void allowsAnyOrder() {
            assertThat(record("v=DMARC1; p=none; ruf=mailto:f@example.org; fo=S:1:d")
                            .failureReporting())
                    .containsExactlyInAnyOrder(
                            FailureReporting.ANY_FAILED,
                            FailureReporting.SIGNATURE_FAILED,
                            FailureReporting.SPF_FAILED);
            assertThat(record("v=DMARC1; p=none; ruf=mailto:f@example.org; fo=d")
                            .failureReporting())
                    .containsExactly(FailureReporting.SIGNATURE_FAILED);
        }

        @Test
        void hasNoEffectWithoutRuf() {
            DmarcRecord record = record("v=DMARC1; p=none; fo=1");
            assertThat(record.failureReporting()).containsExactly(FailureReporting.ALL_FAILED);
            assertThat(record.diagnostics()).containsExactly(new Diagnostic(RecordWarning.WITHOUT_EFFECT, "fo"));
        }
    }

    @Nested
    @DisplayName("RFC 9989 §4.6 reporting URIs")
    class Uris {
        @Test
        void areSeparatedByCommas() {
            assertThat(aggregate("mailto:a@example.org ,\tmailto:b@example.org,mailto:c%2Cd@example.org?subject=x"))
                    .containsExactly(
                            "mailto:a@example.org", "mailto:b@example.org", "mailto:c%2Cd@example.org?subject=x");
        }

        @Test
        void haveAtMost1024Characters() {
            String longest = "mailto:a@" + "x".repeat(1015);
            assertThat(aggregate(longest + "," + longest + "x")).containsExactly(longest);
        }

        @Test
        void loseTheObsoleteSize() {
            assertThat(aggregate("mailto:a@example.org!10m,mailto:b@example.org!5,mailto:c@example.org!1G"))
                    .containsExactly("mailto:a@example.org", "mailto:b@example.org", "mailto:c@example.org");
            assertThat(record("v=DMARC1; p=none; rua=mailto:a@example.org!10m").diagnostics())
                    .containsExactly(new Diagnostic(RecordWarning.OBSOLETE_SIZE, "rua"));
        }

        @Test
        void areReadUpTo32() {
            List<String> uris = IntStream.range(0, 33)
                    .mapToObj(i -> "mailto:a" + i + "@example.org")
                    .toList();
            assertThat(aggregate(String.join(",", uris))).containsExactlyElementsOf(uris.subList(0, 32));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "a@example.org",
                    "mailto:",
                    "mailto:a",
                    "mailto:@example.org",
                    "mailto:a@",
                    "mailto:a@?x@y",
                    "mailto:a@example.org!10x",
                    "mailto:a@example.org!m",
                    "mailto:a!b@example.org",
                    "mailto:a b@example.org",
                    "mailto:a%4@example.org",
                    "mailto:a%zz@example.org",
                    "mailto:<a@example.org>",
                    "mailto:b\u00fccher@example.org",
                    "mailto:a@[192.0.2.1]",
                    "1ab:x",
                    ":x",
                    ""
                })
        void areIgnoredIfInvalid(String uri) {
            assertThat(aggregate(uri)).isEmpty();
            assertThat(aggregate(uri + ",mailto:ok@example.org")).containsExactly("mailto:ok@example.org");
        }

        @Test
        void mayHaveOtherSchemes() {
            assertThat(aggregate("HTTPS://[2001:db8::1]:8443/a/b?c#d,urn:x-y:z"))
                    .containsExactly("HTTPS://[2001:db8::1]:8443/a/b?c#d", "urn:x-y:z");
        }
    }

    @Test
    void policiesHaveAKeywordAndAPolicyOneLevelBelow() {
        assertThat(DmarcPolicy.parse(Octets.utf8("Quarantine"))).isEqualTo(Optional.of(DmarcPolicy.QUARANTINE));
        assertThat(DmarcPolicy.parse(Octets.utf8("reject "))).isEmpty();
        assertThat(DmarcPolicy.REJECT.oneLevelBelow()).isEqualTo(DmarcPolicy.QUARANTINE);
        assertThat(DmarcPolicy.QUARANTINE.oneLevelBelow()).isEqualTo(DmarcPolicy.NONE);
        assertThat(DmarcPolicy.NONE.oneLevelBelow()).isEqualTo(DmarcPolicy.NONE);
    }
}
