package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.reports.send.Destinations.Found;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 9990 §3.5, §4: where reports go")
class DestinationsTest {
    private final StaticZone.Builder zone = StaticZone.builder();

    private Found find(String policyDomain) {
        return find(ReportKind.AGGREGATE, policyDomain);
    }

    private Found find(ReportKind kind, String policyDomain) {
        return new Destinations(kind, new MessageLookups(zone.build(), 200, Instant.MAX))
                .find(DomainName.of(policyDomain));
    }

    private List<String> addresses(String policyDomain) {
        return addresses(ReportKind.AGGREGATE, policyDomain);
    }

    private List<String> addresses(ReportKind kind, String policyDomain) {
        assertThat(find(kind, policyDomain)).isInstanceOf(Found.Addresses.class);
        return ((Found.Addresses) find(kind, policyDomain))
                .addresses().stream().map(each -> each.address().toString()).toList();
    }

    private String refusal(String policyDomain) {
        return String.valueOf(((Found.Addresses) find(policyDomain)).refused());
    }

    private void record(String domain, String rua) {
        zone.txt("_dmarc." + domain, "v=DMARC1; p=none; rua=" + rua);
    }

    @Test
    void anAddressInTheSameOrganizationNeedsNoConsent() {
        record("one.example", "mailto:a@one.example, mailto:b@reports.one.example,mailto:a@one.example!10m");
        assertThat(addresses("one.example")).containsExactly("a@one.example", "b@reports.one.example");
    }

    @Test
    void anAddressElsewhereNeedsARecordThere() {
        record("one.example", "mailto:a@other.example,mailto:b@agreed.example");
        zone.txt("one.example._report._dmarc.agreed.example", "v=DMARC1;");
        assertThat(addresses("one.example")).containsExactly("b@agreed.example");
        assertThat(refusal("one.example"))
                .contains("mailto:a@other.example: has not agreed: there is no record at"
                        + " one.example._report._dmarc.other.example");
    }

    @Test
    void aSubdomainThatIsAnOrganizationOfItsOwnIsElsewhere() {
        record("one.example", "mailto:a@own.one.example");
        zone.txt("_dmarc.own.one.example", "v=DMARC1; p=none; psd=n");
        assertThat(addresses("one.example")).isEmpty();
    }

    @Test
    void aConsentMayNameAnotherAddressOfTheSameHostOnly() {
        record("one.example", "mailto:a@agreed.example,mailto:a@moved.example");
        zone.txt("one.example._report._dmarc.agreed.example", "v=DMARC1; rua=mailto:shard7@agreed.example");
        zone.txt("one.example._report._dmarc.moved.example", "v=DMARC1; rua=mailto:x@elsewhere.example");
        assertThat(addresses("one.example")).containsExactly("shard7@agreed.example");
        assertThat(refusal("one.example")).contains("names an address at another host");
    }

    @Test
    void otherTextAtTheNameOfTheConsentIsNoConsent() {
        record("one.example", "mailto:a@agreed.example");
        zone.txt("one.example._report._dmarc.agreed.example", "v=spf1 -all");
        assertThat(addresses("one.example")).isEmpty();
    }

    @Test
    void onlyPlainMailAddressesAreUsed() {
        record(
                "one.example",
                "https://one.example/dmarc,mailto:a%2Bb@one.example?subject=x,mailto:%22a%20b%22@one.example,"
                        + "mailto:a%0d%0aBcc:x@one.example,mailto:a@b@one.example,mailto:a@[192.0.2.1]");
        assertThat(addresses("one.example")).containsExactly("a+b@one.example");
    }

    @Test
    void atMostTenAddressesGetAReport() {
        StringBuilder rua = new StringBuilder("mailto:a0@one.example");
        for (int i = 1; i < 15; i++) {
            rua.append(",mailto:a").append(i).append("@one.example");
        }
        record("one.example", rua.toString());
        assertThat(addresses("one.example")).hasSize(10).doesNotContain("a10@one.example");
        assertThat(refusal("one.example")).contains("comes after the first 10");
    }

    @Test
    void aRecordThatIsGoneAsksForNothing() {
        zone.txt("_dmarc.example", "v=DMARC1; p=none; rua=mailto:a@example");
        assertThat(addresses("one.example")).isEmpty();
        assertThat(refusal("one.example")).contains("the record was withdrawn");
    }

    @Test
    @DisplayName("RFC 9991 §2: a public suffix asks for no failure report")
    void aPublicSuffixAsksForNoFailureReport() {
        zone.txt(
                "_dmarc.bank.example", "v=DMARC1; p=none; psd=y; rua=mailto:a@bank.example; ruf=mailto:f@bank.example");
        zone.txt("_dmarc.two.example", "v=DMARC1; p=none; ruf=mailto:f@two.example");
        assertThat(addresses("bank.example")).containsExactly("a@bank.example");
        assertThat(addresses(ReportKind.FAILURE, "bank.example")).isEmpty();
        assertThat(addresses(ReportKind.FAILURE, "two.example")).containsExactly("f@two.example");
    }

    @Test
    void anAnswerThatFailsSaysNothing() {
        zone.failure("_dmarc.one.example", RecordType.TXT, DnsAnswer.Failure.TIMEOUT);
        assertThat(find("one.example")).isInstanceOf(Found.Unknown.class);
        record("two.example", "mailto:a@other.example");
        zone.failure("two.example._report._dmarc.other.example", RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE);
        assertThat(find("two.example")).isInstanceOf(Found.Unknown.class);
        record("three.example", "mailto:a@sub.three.example");
        zone.failure("_dmarc.sub.three.example", RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE);
        assertThat(find("three.example")).isInstanceOf(Found.Unknown.class);
    }

    @Test
    void aNameThatIsTooLongForTheDnsIsNoConsent() {
        String label = "a".repeat(60);
        String longName = label + "." + label + "." + label + ".example";
        record(longName, "mailto:a@" + label + ".other.example");
        assertThat(addresses(longName)).isEmpty();
        assertThat(refusal(longName)).contains("too long for the DNS");
    }
}
