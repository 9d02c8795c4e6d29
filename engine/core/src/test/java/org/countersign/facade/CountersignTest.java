package org.countersign.facade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.countersign.SmtpTransaction;
import org.countersign.dns.DnsClient;
import org.countersign.dns.StaticZone;
import org.countersign.dns.wire.WireDnsClient;
import org.countersign.dns.wire.WireSettings;
import org.junit.jupiter.api.Test;

class CountersignTest {
    private static final String CORE = "engine/core/src/";
    private static final DnsClient DNS = StaticZone.builder()
            .txt("sender.example", "v=spf1 ip4:192.0.2.1 -all")
            .txt("_dmarc.sender.example", "v=DMARC1; p=reject")
            .build();
    private static final byte[] MESSAGE =
            "From: alice@sender.example\r\nSubject: x\r\n\r\ntext\r\n".getBytes(StandardCharsets.US_ASCII);

    private static String example(DnsClient dns, InstantSource clock, byte[] message) {
        SmtpTransaction transaction = SmtpTransaction.of("192.0.2.1", "mail.sender.example", "alice@sender.example");
        AuthenticationReport report = Countersign.verify(dns, clock, message, transaction);
        String field = report.authenticationResults();
        return field;
    }

    @Test
    void theExampleOfTheDocumentationAuthenticatesAMessage() {
        assertThat(example(DNS, InstantSource.system(), MESSAGE))
                .startsWith("Authentication-Results: localhost;")
                .contains("spf=pass")
                .contains("dmarc=pass");
    }

    /** The first lines of the example in the README, which have the DNS client of a real program. */
    private static DnsClient resolver() {
        InstantSource clock = InstantSource.system();
        InetSocketAddress resolver = new InetSocketAddress(InetAddress.getLoopbackAddress(), 53);
        DnsClient dns = new WireDnsClient(WireSettings.of(resolver), clock);
        return dns;
    }

    @Test
    void theExampleOfTheReadmeIsTheCodeOfThisTest() throws IOException {
        Path root = Path.of(System.getProperty("countersign.root"));
        String readme = Files.readString(root.resolve("README.md"));
        int from = readme.indexOf("```java\n") + "```java\n".length();
        List<String> example =
                readme.substring(from, readme.indexOf("```", from)).lines().toList();
        List<String> code = Files.readString(
                        root.resolve(CORE + "test/java/org/countersign/facade/CountersignTest.java"))
                .lines()
                .map(String::strip)
                .toList();
        assertThat(example).hasSize(6);
        assertThat(code).containsSequence(example.subList(0, 3)).containsSequence(example.subList(3, 6));
        assertThat(resolver()).isNotNull();
    }

    /** The example of docs/library.md. */
    private static String results(DnsClient dns, InstantSource clock, byte[] message, SmtpTransaction transaction) {
        AuthenticationReport report = Countersign.verify(dns, clock, message, transaction);
        String field = report.authenticationResults();
        String spf = report.spf().keyword();
        String dmarc = report.dmarc().map(result -> result.keyword()).orElse("none");
        boolean refuse = report.decision().verdict().keyword().equals("reject");
        return field.length() + " " + spf + " " + dmarc + " " + refuse;
    }

    @Test
    void theExampleOfThePageAboutTheLibraryIsTheCodeOfThisTest() throws IOException {
        Path root = Path.of(System.getProperty("countersign.root"));
        String page = Files.readString(root.resolve("docs/library.md"));
        int from = page.indexOf("```java\n") + "```java\n".length();
        List<String> code = Files.readString(
                        root.resolve(CORE + "test/java/org/countersign/facade/CountersignTest.java"))
                .lines()
                .map(String::strip)
                .toList();
        assertThat(code)
                .containsSequence(
                        page.substring(from, page.indexOf("```", from)).lines().toList());
        SmtpTransaction forger = SmtpTransaction.of("203.0.113.9", "mail.forger.example", "alice@sender.example");
        assertThat(results(DNS, InstantSource.system(), MESSAGE, forger)).endsWith(" fail fail true");
    }

    @Test
    void theExampleOfTheDocumentationIsTheCodeOfThisTest() throws IOException {
        Path root = Path.of(System.getProperty("countersign.root"));
        String documentation = Files.readString(root.resolve(CORE + "main/java/org/countersign/package-info.java"));
        List<String> example = documentation
                .substring(
                        documentation.indexOf("<pre>{@code") + "<pre>{@code".length(), documentation.indexOf("}</pre>"))
                .lines()
                .map(line -> line.replaceFirst("^ \\* ?", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
        List<String> code = Files.readString(
                        root.resolve(CORE + "test/java/org/countersign/facade/CountersignTest.java"))
                .lines()
                .map(String::strip)
                .toList();
        assertThat(example).hasSize(3);
        assertThat(code).containsSequence(example);
    }

    @Test
    void aReportHasTheResultOfEveryMechanism() throws IOException {
        SmtpTransaction forger = SmtpTransaction.of("203.0.113.9", "mail.forger.example", "alice@sender.example");
        AuthenticationReport report =
                Countersign.verify(DNS, InstantSource.system(), new ByteArrayInputStream(MESSAGE), forger);
        assertThat(report.spf().keyword()).isEqualTo("fail");
        assertThat(report.dkim()).isEmpty();
        assertThat(report.arc().keyword()).isEqualTo("none");
        assertThat(report.dmarc().orElseThrow().keyword()).isEqualTo("fail");
        assertThat(report.decision().verdict().keyword()).isEqualTo("reject");
    }
}
