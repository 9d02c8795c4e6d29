package org.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.doctor.ExampleDomain.KEY_DATA;
import static org.countersign.doctor.ExampleDomain.NO_DMARC;
import static org.countersign.doctor.ExampleDomain.NO_KEY;
import static org.countersign.doctor.ExampleDomain.NO_SPF;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.countersign.domain.DomainName;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Domains in order that are written in less usual ways: nothing worse than information is found. */
class PerfectDomainsTest {
    static Stream<Arguments> domains() {
        return Stream.of(spf(), keys(), dmarc(), others()).flatMap(each -> each);
    }

    private static Stream<Arguments> spf() {
        return Stream.of(
                domain(
                        "SPF by redirect to the own domain",
                        NO_SPF,
                        "example.org TXT v=spf1 redirect=_spf.example.org",
                        "_spf.example.org TXT v=spf1 ip4:44.128.1.0/24 ip6:2a00:1234::/48 -all"),
                domain("SPF by redirect to a provider", NO_SPF, "example.org TXT v=spf1 redirect=_spf.provider.net"),
                domain("SPF in capitals with signs", NO_SPF, "example.org TXT V=SPF1 +MX +ip4:44.128.3.0/24 ~ALL"),
                domain("SPF with many blanks", NO_SPF, "example.org TXT v=spf1   mx  -all "),
                domain(
                        "SPF in several strings",
                        NO_SPF,
                        "example.org TXT v=spf1 ip4:44.|128.1.0/24 inc|lude:_spf.provider.net -all"),
                domain(
                        "SPF with a hyphen in an included name",
                        NO_SPF,
                        "example.org TXT v=spf1 mx include:spf-all.x-ip4.net -all",
                        "spf-all.x-ip4.net TXT v=spf1 ip4:44.128.3.1 -all"),
                domain(
                        "SPF with an explanation",
                        NO_SPF,
                        "example.org TXT v=spf1 mx -all exp=why.example.org",
                        "why.example.org TXT See https://example.org/spf?ip=%{i}"),
                domain(
                        "an address over IPv6 only",
                        "mail.example.org AAAA 2a00:1234::1",
                        "- mail.example.org A",
                        NO_SPF,
                        "example.org TXT v=spf1 mx ip4:44.128.1.0/24 -all"));
    }

    private static Stream<Arguments> keys() {
        return Stream.of(
                domain("a key without a version", NO_KEY, "s1._domainkey.example.org TXT p=" + KEY_DATA),
                domain(
                        "a key without blanks",
                        NO_KEY,
                        "s1._domainkey.example.org TXT v=DKIM1;k=rsa;p=" + KEY_DATA + ";"),
                domain(
                        "a key in short strings",
                        NO_KEY,
                        "s1._domainkey.example.org TXT v=DKIM1; k=rsa; h=sha256; n=made 2026; s=email; |p="
                                + KEY_DATA.substring(0, 60) + "|" + KEY_DATA.substring(60)),
                domain("keys of both kinds", "s2._domainkey.example.org TXT " + TestKeys.ED25519.publicKeyRecord()),
                domain(
                        "a key behind aliases",
                        NO_KEY,
                        "s1._domainkey.example.org CNAME a.provider.net",
                        "a.provider.net CNAME b.provider.net",
                        "b.provider.net TXT " + ExampleDomain.KEY));
    }

    private static Stream<Arguments> dmarc() {
        return Stream.of(
                domain(
                        "DMARC with every tag",
                        NO_DMARC,
                        "_dmarc.example.org TXT v=DMARC1; p=reject; sp=reject; np=reject; adkim=r; aspf=r; psd=u; t=n; rua=mailto:dmarc@example.org"),
                domain(
                        "DMARC without blanks",
                        NO_DMARC,
                        "_dmarc.example.org TXT v=DMARC1;p=quarantine;np=reject;rua=mailto:dmarc@example.org;"),
                domain(
                        "DMARC that is an organization of its own",
                        NO_DMARC,
                        "_dmarc.example.org TXT v=DMARC1; p=reject; psd=n; rua=mailto:dmarc@example.org"),
                domain(
                        "reports to others who agree",
                        NO_DMARC,
                        "_dmarc.example.org TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.org,mailto:x@provider.net?subject=example",
                        "*._report._dmarc.provider.net TXT v=DMARC1;"),
                domain(
                        "DMARC behind an alias",
                        NO_DMARC,
                        "_dmarc.example.org CNAME d.provider.net",
                        "d.provider.net TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.org"));
    }

    private static Stream<Arguments> others() {
        return Stream.of(
                domain("other TXT records", "example.org TXT google-site-verification=abc", "example.org TXT MS=ms1"),
                domain("a wildcard for hosts", "*.example.org A 44.128.1.20", "*.example.org MX 10 mail.example.org"),
                domain(
                        "blanks in the version of a logo",
                        "- default._bimi.example.org TXT",
                        "default._bimi.example.org TXT v = BIMI1; l=https://example.org/logo.svg"),
                domain("a note beside the record", "_mta-sts.example.org TXT the id of STSv1 is a date"),
                domain(
                        "a scheme in upper case",
                        "- _smtp._tls.example.org TXT",
                        "_smtp._tls.example.org TXT v=TLSRPTv1;rua=MAILTO:tls@example.org"),
                domain(
                        "TLS reports by two ways",
                        "- _smtp._tls.example.org TXT",
                        "_smtp._tls.example.org TXT v=TLSRPTv1;rua=mailto:tls@example.org,https://example.org/tls"),
                domain(
                        "no logo by choice",
                        "- default._bimi.example.org TXT",
                        "default._bimi.example.org TXT v=BIMI1; l=; a="),
                domain(
                        "no mail at all",
                        NO_SPF,
                        "example.org TXT v=spf1 -all",
                        "- example.org MX",
                        "example.org MX 0 .",
                        NO_DMARC,
                        "_dmarc.example.org TXT v=DMARC1; p=reject",
                        "*._domainkey.example.org TXT v=DKIM1; p="));
    }

    private static Arguments domain(String what, String... changes) {
        return Arguments.of(what, List.of(changes));
    }

    private static List<Finding> bad(Examination examination) {
        return examination.findings().stream()
                .filter(finding -> finding.severity().compareTo(Severity.INFO) < 0)
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("domains")
    void nothingWorseThanInformationIsFound(String what, List<String> changes) {
        TestZone zone = ExampleDomain.clean();
        changes.forEach(zone::change);
        List<String> selectors = new ArrayList<>(List.of("s1"));
        if (what.startsWith("keys of both")) {
            selectors.add("s2");
        }
        DoctorRequest request = ExampleRequest.selectors(selectors.toArray(String[]::new));
        assertThat(bad(ExampleDomain.examine(zone, request))).isEmpty();
    }

    @Test
    void aParkedDomainThatSaysSoIsInOrder() {
        TestZone zone = TestZone.of("""
            example.org TXT v=spf1 -all
            example.org MX 0 .
            _dmarc.example.org TXT v=DMARC1; p=reject
            *._domainkey.example.org TXT v=DKIM1; p=
            """);
        assertThat(bad(ExampleDomain.examine(zone, ExampleRequest.parked()))).isEmpty();
    }

    @Test
    void aSubdomainWithItsOwnStricterRecordIsInOrder() {
        TestZone zone = ExampleDomain.clean();
        for (String line : List.of(
                "news.example.org MX 10 mail.example.org",
                "news.example.org TXT v=spf1 mx -all",
                "s1._domainkey.news.example.org TXT " + ExampleDomain.KEY,
                "_dmarc.news.example.org TXT v=DMARC1; p=quarantine; rua=mailto:dmarc@example.org",
                "_mta-sts.news.example.org TXT v=STSv1; id=1;",
                "_smtp._tls.news.example.org TXT v=TLSRPTv1; rua=mailto:tls@example.org")) {
            zone.change(line);
        }
        assertThat(bad(ExampleDomain.doctor(zone).examine(DomainName.of("news.example.org"), ExampleDomain.REQUEST)))
                .isEmpty();
    }
}
