package org.countersign.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.smtp.HeaderField;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("RFC 7208 §9.1 Received-SPF")
class ReceivedSpfTest {
    private static final DomainName HOST = DomainName.of("mx.example.com");
    private static final SpfVerifier VERIFIER =
            new SpfVerifier(SpfLimits.DEFAULT, HOST, InstantSource.fixed(Instant.EPOCH));
    private static final InetAddress CLIENT =
            IpNetwork.parseAddress("192.0.2.7").orElseThrow();

    private static String render(SpfRequest request, StaticZone.Builder zone) {
        SpfResult result = VERIFIER.verify(request, new CountingLookups(zone.build()));
        HeaderField field = ReceivedSpf.render(result, request, HOST);
        assertThat(field.is("Received-SPF")).isTrue();
        return field.raw().latin1();
    }

    @Test
    void showsTheMechanismThatMatched() {
        SpfRequest request = SpfRequest.mailFrom(CLIENT, ReversePath.parse("user@example.org"), "mail.example.org");
        String field = render(request, StaticZone.builder().txt("example.org", "v=spf1 ip4:192.0.2.0/24 -all"));
        assertThat(field.split("\r\n", -1))
                .containsExactly(
                        "Received-SPF: pass (mx.example.com: ip4:192.0.2.0/24 in the record of",
                        " example.org matched 192.0.2.7)",
                        " receiver=mx.example.com;",
                        " identity=mailfrom;",
                        " client-ip=192.0.2.7;",
                        " envelope-from=\"user@example.org\";",
                        " helo=mail.example.org;",
                        " mechanism=\"ip4:192.0.2.0/24\"");
    }

    @ParameterizedTest
    @CsvSource({
        "-all, fail, all",
        "~all, softfail, all",
        "?exists:%{i}.example.net, neutral, \"exists:%{i}.example.net\"",
        "+a:mail.example.net, pass, \"a:mail.example.net\""
    })
    void namesTheMechanismWithoutItsQualifier(String directive, String result, String shown) {
        SpfRequest request = SpfRequest.helo(CLIENT, "mail.example.org");
        StaticZone.Builder zone = StaticZone.builder()
                .txt("mail.example.org", "v=spf1 " + directive)
                .address("192.0.2.7.example.net", "127.0.0.2")
                .address("mail.example.net", "192.0.2.7");
        assertThat(render(request, zone))
                .startsWith("Received-SPF: " + result + " (")
                .endsWith(" mechanism=" + shown);
    }

    @Test
    void showsTheProblemOfAnError() {
        SpfRequest request = SpfRequest.helo(CLIENT, "mail.example.org");
        assertThat(render(request, StaticZone.builder().txt("mail.example.org", "v=spf1 moo")))
                .startsWith("Received-SPF: permerror (")
                .contains("identity=helo", "problem=syntax")
                .doesNotContain("envelope-from", "mechanism=");
    }

    @Test
    void hasMechanismDefaultIfNoneMatched() {
        SpfRequest request = SpfRequest.helo(CLIENT, "mail.example.org");
        assertThat(render(request, StaticZone.builder().txt("mail.example.org", "v=spf1")))
                .endsWith("mechanism=default");
    }

    @Test
    void quotesAnIpv6Address() {
        SpfRequest request =
                SpfRequest.helo(IpNetwork.parseAddress("2001:db8::7").orElseThrow(), "mail.example.org");
        assertThat(render(request, StaticZone.builder())).contains("client-ip=\"2001:db8::7\";");
    }

    @Test
    void textOfTheClientCanAddNeitherLineNorKey() {
        SpfRequest request = SpfRequest.mailFrom(
                CLIENT,
                new ReversePath.Address("a\"\\; mechanism=all\r\nX-Evil: 1\r\n\u00fc", "example.org"),
                "h)(\"; identity=x\r\n\r\nbody" + "z".repeat(3000));
        String field = render(request, StaticZone.builder());
        assertThat(field)
                .contains("envelope-from=\"a\\\"\\\\\\\\; mechanism=all\\\\x0d\\\\x0aX-Evil: 1")
                .doesNotContain("\r\nX-Evil", "\r\n\r\n")
                .matches("[ -~\r\n]*");
        assertThat(field.split("\r\n", -1)).allSatisfy(line -> assertThat(line).hasSizeLessThan(998));
        assertThat(field).hasSizeLessThan(1500);
    }

    @Test
    void hasBalancedParenthesesInItsComment() {
        SpfRequest request = SpfRequest.helo(CLIENT, ")) oops (\\");
        String field = render(request, StaticZone.builder()).replace("\r\n", "");
        assertThat(field).contains("\"\\)\\) oops \\(\\\\\\\\\"");
    }

    @Test
    void hasNoLineThatIsTooLongOrEmpty() {
        for (String hostile : new String[] {"\u202e", "\"", "\\", " ", "( ", "\r\n "}) {
            String field = render(SpfRequest.helo(CLIENT, hostile.repeat(1000)), StaticZone.builder());
            assertThat(field.split("\r\n", -1)).allSatisfy(line -> {
                assertThat(line).hasSizeLessThan(998);
                assertThat(line.strip()).isNotEmpty();
            });
        }
    }
}
