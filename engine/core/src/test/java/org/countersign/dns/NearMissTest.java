package org.countersign.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.countersign.dns.NearMiss.Protocol;
import org.countersign.syntax.Octets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearMissTest {
    private static final List<String> STARTS = List.of(
            "\"", "'", " ", "\t", "\u00EF\u00BB\u00BF", "\u00E2\u0080\u009C", "\u00C2\u00A0", "\n", "\\", "\u0093");

    private static List<NearMiss> among(Protocol protocol, String... strings) {
        return NearMiss.among(
                List.of(new DnsRecord.Text(
                        Stream.of(strings).map(Octets::latin1).toList())),
                protocol);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        SPF   | "v=spf1 ip4:192.0.2.1 -all"       | the quotation marks are a part of it
        SPF   | `' v=spf1 -all`                   | the quotation marks are a part of it
        SPF   | ` v=spf1 -all`                    | it begins with white space
        SPF   | v=spf1; ip4:192.0.2.1 -all        | v=spf1 must be followed by a blank, not a semicolon
        SPF   | v=spf1, -all                      | v=spf1 must be followed by a blank, not a comma
        SPF   | V=SPF1: -all                      | v=spf1 must be followed by a blank, not a colon
        SPF   | v=spf1-all                        | v=spf1 must be followed by a blank
        SPF   | v=spf1ip4:192.0.2.1 -all          | v=spf1 must be followed by a blank
        SPF   | v=spf10 -all                      | v=spf1 must be followed by a blank
        SPF   | v=spf1\\ -all                     | v=spf1 must be followed by a blank, not a backslash
        SPF   | v=spf2 -all                       | it does not begin with v=spf1
        SPF   | v=spf -all                        | it does not begin with v=spf1
        DKIM  | V=DKIM1; P=AAAA                   | the names of its tags are in capitals and must be in lower case
        DKIM  | v=DKIM2; p=AAAA                   | the version is written DKIM2 and must be DKIM1
        DKIM  | MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A  | it is a key without tags: write v=DKIM1; p= before the base64 of the key
        DKIM  | -----BEGIN PUBLIC KEY-----MIIB    | it is a key without tags: write v=DKIM1; p= before the base64 of the key
        DMARC | V=DMARC1; P=reject                | the names of its tags are in capitals and must be in lower case
        SPF   | v = spf1 -all                     | it does not begin with v=spf1
        SPF   | v:spf1 -all                       | it does not begin with v=spf1
        SPF   | spf1 mx -all                      | it does not begin with v=spf1
        SPF   | include:_spf.example.com ~all     | it does not begin with v=spf1
        DKIM  | v=DKIM1\\; k=rsa\\; p=MIIB        | v=DKIM1 must be followed by a semicolon, not a backslash
        DKIM  | v=dkim1; k=rsa; p=MIIB            | the version is written dkim1 and must be DKIM1
        DKIM  | v=DKIM1: k=rsa: p=MIIB            | v=DKIM1 must be followed by a semicolon, not a colon
        DKIM  | v=DKIM1, k=rsa, p=MIIB            | v=DKIM1 must be followed by a semicolon, not a comma
        DKIM  | v=DKIM1 k=rsa p=MIIB              | v=DKIM1 must be followed by a semicolon
        DKIM  | "v=DKIM1; k=rsa; p=MIIB"          | the quotation marks are a part of it
        DKIM  | DKIM1; k=rsa; p=MIIB              | it does not begin with v=DKIM1
        DKIM  | k=rsa, p=MIIB                     | its tags are not separated by semicolons, or p= is not written as a tag
        DMARC | v=DMARC1, p=reject                | v=DMARC1 must be followed by a semicolon, not a comma
        DMARC | v=dmarc1; p=reject                | the version is written dmarc1 and must be DMARC1
        DMARC | v=DMARC1\\; p=reject              | v=DMARC1 must be followed by a semicolon, not a backslash
        DMARC | "v=DMARC1; p=reject"              | the quotation marks are a part of it
        DMARC | ` v=DMARC1; p=reject`             | it begins with white space
        DMARC | v=DMARC1 p=reject                 | v=DMARC1 must be followed by a semicolon
        DMARC | v=DMARC1p=reject                  | v=DMARC1 must be followed by a semicolon
        DMARC | v=DMARC2; p=reject                | it does not begin with v=DMARC1
        DMARC | p=reject; v=DMARC1                | it does not begin with v=DMARC1
        DMARC | p=quarantine; rua=mailto:a@b.example | it does not begin with v=DMARC1
        DMARC | DMARC1; p=reject                  | it does not begin with v=DMARC1
        """)
    void describesWhatIsWrongWithARecordThatWasMeantForTheProtocol(Protocol protocol, String text, String problem) {
        assertThat(among(protocol, text)).singleElement().isEqualTo(new NearMiss(text, problem));
    }

    @ParameterizedTest
    @CsvSource({"'v=spf1', 'ip4:192.0.2.1 -all'", "'V=SPF1', '-all'"})
    void stringsJoinedWithoutABlankAreReported(String first, String second) {
        assertThat(among(Protocol.SPF, first, second))
                .singleElement()
                .isEqualTo(new NearMiss(
                        first + second, "its strings are joined without a blank: the first one must end in a blank"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "google-site-verification=dFg-spf1-x",
                "MS=ms12345678",
                "v=DMARC1; p=reject",
                "v=STSv1; id=20260101",
                "docusign=1b0a6754-49b1-4db5-8540-d2c12664b289",
                "all"
            })
    void otherRecordsOfADomainAreNoSpfNearMiss(String text) {
        assertThat(among(Protocol.SPF, text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v=spf1 -all", "hello", "v=TLSRPTv1; rua=mailto:a@b.example"})
    void aWildcardSpfRecordIsNoNearMissOfDmarcOrDkim(String text) {
        assertThat(among(Protocol.DMARC, text)).isEmpty();
        assertThat(among(Protocol.DKIM, text)).isEmpty();
    }

    @Provide
    Arbitrary<String> starts() {
        return Arbitraries.of(STARTS);
    }

    @Property
    void textBeforeTheVersionIsReported(@ForAll("starts") String start, @ForAll Protocol protocol) {
        String text = start + "v=" + (protocol == Protocol.SPF ? "spf1 -all" : protocol + "1; p=none");
        assertThat(among(protocol, text)).singleElement().satisfies(near -> {
            assertThat(near.record()).isEqualTo(text);
            assertThat(near.problem()).matches("it begins with .*|the quotation marks are a part of it");
        });
    }

    @Property
    void anyRecordGivesABoundedPrintableDescription(
            @ForAll @Size(max = 8) List<@Size(max = 255) byte[]> strings, @ForAll Protocol protocol) {
        DnsRecord.Text record =
                new DnsRecord.Text(strings.stream().map(Octets::wrap).toList());
        assertThat(NearMiss.among(List.of(record, record, record, record, record), protocol))
                .hasSizeLessThanOrEqualTo(3)
                .allSatisfy(near -> {
                    assertThat(near.record()).hasSizeLessThanOrEqualTo(200);
                    assertThat(near.describe(24)).matches("[ -~]{1,300}");
                });
    }
}
