package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.Client;
import org.countersign.SmtpTransaction;
import org.countersign.authres.AuthenticationMethod;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.AuthenticationResultsParser;
import org.countersign.authres.MethodResult;
import org.countersign.authres.ParsedResults;
import org.countersign.authres.PropertyType;
import org.countersign.canonical.Canonicalization;
import org.countersign.dkim.DkimSigner;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.ManualClock;
import org.countersign.testing.TestKeys;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 8601 the content of the field")
class AuthenticationResultsBuilderTest {
    private static final List<HeaderField> FROM = List.of(HeaderField.of("From", " a@sender.example"));

    private final StaticZone.Builder zone = StaticZone.builder();
    private final ManualClock clock = ManualClock.started();

    @Test
    void anErrorOfSpfHasAReasonInFixedWords() {
        zone.txt("sender.example", "v=spf1 moo(;dmarc=pass");
        MethodResult permError = only(AuthenticationMethod.SPF, "", Optional.empty());
        assertThat(permError.result()).isEqualTo("permerror");
        assertThat(permError.reason()).contains("an SPF record has a syntax error");
    }

    @Test
    void aDnsErrorIsNamed() {
        zone.failure("sender.example", RecordType.TXT, DnsAnswer.Failure.TIMEOUT);
        MethodResult tempError = only(AuthenticationMethod.SPF, "", Optional.empty());
        assertThat(tempError.result()).isEqualTo("temperror");
        assertThat(tempError.reason()).contains("the DNS did not answer in time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v=spf1 -all", "v=spf1 ?all", "v=spf1 +all", "v=spf1 ~all", "no record"})
    void aResultThatIsNoErrorHasNoReason(String record) {
        zone.txt("sender.example", record);
        assertThat(only(AuthenticationMethod.SPF, "", Optional.empty()).reason())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "<a@Sender.example>, sender.example",
        "<a@[192.0.2.1]>, [192.0.2.1]",
        "<a@a..example>, a..example",
        // A value would be empty, and an empty one is the null reverse-path for many programs.
        "<root>, ",
        "<root@>, "
    })
    void theDomainOfTheReversePathIsReportedIfThereIsOne(String mailFrom, @Nullable String shown) {
        MethodResult spf = results(ReversePath.parse(mailFrom), "", Optional.empty(), FROM)
                .of(AuthenticationMethod.SPF)
                .get(0);
        assertThat(spf.result()).isEqualTo("none");
        assertThat(spf.property(PropertyType.SMTP, "mailfrom")).isEqualTo(Optional.ofNullable(shown));
        assertThat(spf.property(PropertyType.SMTP, "helo")).isEmpty();
    }

    @Test
    void theConfirmedHostNameOfTheClientIsReported() {
        MethodResult iprev = only(AuthenticationMethod.IPREV, "mail.sender.example", Optional.empty());
        assertThat(iprev.result()).isEqualTo("pass");
        assertThat(iprev.comment()).contains("mail.sender.example");
        assertThat(iprev.property(PropertyType.POLICY, "iprev")).contains("2001:db8::1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unknown",
                "[2001:db8::1]",
                "[192.0.2.1]",
                "192.0.2.1",
                "localhost",
                "[UNAVAILABLE]",
                "a b.example",
                "x);dmarc=pass(.example"
            })
    void aClientWithoutAConfirmedHostNameHasNoIprevResult(String hostName) {
        assertThat(results(hostName, Optional.empty()).of(AuthenticationMethod.IPREV))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ada@example.org, @example.org",
        "ada@B\u00fccher.example, @xn--bcher-kva.example",
        "ada, ''",
        "@, ''",
        "example.org, ''",
        "ada@x;dmarc=pass, ''"
    })
    void anAuthenticatedUserIsReportedWithoutTheLocalPart(String user, String shown) {
        MethodResult auth = only(AuthenticationMethod.AUTH, "", Optional.of(user));
        assertThat(auth.result()).isEqualTo("pass");
        assertThat(auth.property(PropertyType.SMTP, "auth").orElse("")).isEqualTo(shown);
    }

    @Test
    void withoutAuthenticationThereIsNoAuthResult() {
        assertThat(results("", Optional.empty()).of(AuthenticationMethod.AUTH)).isEmpty();
    }

    @Test
    void aSignatureThatDoesNotCoverEveryFromFieldPassesWithAReason() {
        zone.txt("s1._domainkey.sender.example", TestKeys.ED25519.publicKeyRecord());
        HeaderField from = HeaderField.of("From", " a@sender.example");
        SigningDefaults once = new SigningDefaults(
                Canonicalization.RELAXED,
                Canonicalization.RELAXED,
                List.of(),
                List.of(),
                List.of("From"),
                Optional.empty());
        HeaderField signature = new DkimSigner(once, clock)
                .begin(
                        new HeaderSection(List.of(from)),
                        List.of(new SigningIdentity(DomainName.of("sender.example"), "s1", TestKeys.ED25519)))
                .finish()
                .get(0);

        assertThat(dkim(signature, from).reason()).isEmpty();
        MethodResult second = dkim(HeaderField.of("From", " b@sender.example"), signature, from);
        assertThat(second.result()).isEqualTo("pass");
        assertThat(second.reason()).contains("there is a From field that is not signed");
    }

    private MethodResult dkim(HeaderField... header) {
        List<MethodResult> found =
                results("", Optional.empty(), List.of(header)).of(AuthenticationMethod.DKIM);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    @Test
    void alignedPassesPrecedeOtherPassesAndOtherResults() {
        zone.txt("s1._domainkey.sender.example", TestKeys.ED25519.publicKeyRecord())
                .txt("s1._domainkey.list.example", TestKeys.ED25519.publicKeyRecord())
                .txt("_dmarc.sender.example", "v=DMARC1; p=reject");
        HeaderField from = HeaderField.of("From", " a@sender.example");
        List<HeaderField> fields = new ArrayList<>();
        // Signatures that are not evaluated cost nothing, so a message may have many.
        for (int i = 0; i < 40; i++) {
            fields.add(HeaderField.of("DKIM-Signature", " v=1; d=junk" + i + ".example; s=s1; junk"));
        }
        fields.addAll(new DkimSigner(SigningDefaults.DEFAULT, clock)
                .begin(
                        new HeaderSection(List.of(from)),
                        Stream.of("list.example", "sender.example")
                                .map(domain -> new SigningIdentity(DomainName.of(domain), "s1", TestKeys.ED25519))
                                .toList())
                .finish());
        fields.add(from);

        List<MethodResult> dkim = results("", Optional.empty(), fields).of(AuthenticationMethod.DKIM);

        assertThat(dkim).hasSize(20);
        assertThat(dkim.subList(0, 4))
                .extracting(
                        MethodResult::result,
                        result -> result.property(PropertyType.HEADER, "d").orElse(""))
                .containsExactly(
                        tuple("pass", "sender.example"),
                        tuple("pass", "list.example"),
                        tuple("permerror", "junk0.example"),
                        tuple("permerror", "junk1.example"));
    }

    @Test
    void eachSignatureIsIdentifiedByDomainSelectorAlgorithmAndPrefix() {
        zone.txt("s1._domainkey.sender.example", TestKeys.ED25519.publicKeyRecord())
                .txt("s2._domainkey.sender.example", TestKeys.RSA.publicKeyRecord());
        HeaderField from = HeaderField.of("From", " a@sender.example");
        List<HeaderField> fields = new ArrayList<>(new DkimSigner(SigningDefaults.DEFAULT, clock)
                .begin(
                        new HeaderSection(List.of(from)),
                        List.of(
                                new SigningIdentity(DomainName.of("sender.example"), "s1", TestKeys.ED25519),
                                new SigningIdentity(DomainName.of("sender.example"), "s2", TestKeys.RSA)))
                .finish());
        List<String> texts = fields.stream()
                .map(field -> field.value().latin1().replaceAll("\\s", "").replaceAll(".*;b=", ""))
                .toList();
        fields.add(from);

        List<MethodResult> dkim = results("", Optional.empty(), fields).of(AuthenticationMethod.DKIM);

        assertThat(dkim)
                .extracting(
                        MethodResult::result,
                        result -> header(result, "d"),
                        result -> header(result, "s"),
                        result -> header(result, "a"),
                        result -> header(result, "b"))
                .containsExactly(
                        tuple(
                                "pass",
                                "sender.example",
                                "s1",
                                "ed25519-sha256",
                                texts.get(0).substring(0, 8)),
                        tuple(
                                "pass",
                                "sender.example",
                                "s2",
                                "rsa-sha256",
                                texts.get(1).substring(0, 8)));
    }

    @Test
    void aLongSelectorIsReportedWhole() {
        String selector = "a".repeat(60) + ".b-" + "c".repeat(60);
        HeaderField signature = HeaderField.of("DKIM-Signature", " v=1; d=a.example; s=" + selector + "; b=abc");
        assertThat(header(dkim(signature), "s")).isEqualTo(selector);
    }

    @ParameterizedTest
    @CsvSource({
        "ABCDEFGHIJKL, ZZZZZZZZ, ABCDEFGH, ZZZZZZZZ",
        "ABCDEFGHIJKL, ABCDEFGHIZZZ, ABCDEFGHIJ, ABCDEFGHIZ",
        "ABCDEFGHIJKL, ABCDEFGHIJKL, ABCDEFGH, ABCDEFGH",
        "ABCDEFGHIJKL, ABCDEFGH, ABCDEFGHI, ABCDEFGH",
        "ABCD, ABC, ABCD, ABC",
    })
    void thePrefixOfASignatureIsLongEnoughToIdentifyIt(String one, String other, String first, String second) {
        List<HeaderField> fields = Stream.of(one, other)
                .map(text ->
                        HeaderField.of("DKIM-Signature", " v=1; a=rsa-sha256; d=a.example; s=s; h=from; b=" + text))
                .toList();

        assertThat(results("", Optional.empty(), fields).of(AuthenticationMethod.DKIM))
                .extracting(result -> header(result, "b"))
                .containsExactly(first, second);
    }

    @Test
    void signaturesWithALongCommonPrefixDoNotFillTheField() {
        List<HeaderField> fields = Stream.of("A", "B")
                .map(end -> HeaderField.of("DKIM-Signature", " v=1; d=a.example; s=s; b=" + "x".repeat(400) + end))
                .toList();

        assertThat(results("", Optional.empty(), fields).of(AuthenticationMethod.DKIM))
                .extracting(result -> header(result, "b"))
                .containsExactly("x".repeat(64), "x".repeat(64));
    }

    private static String header(MethodResult result, String name) {
        return result.property(PropertyType.HEADER, name).orElse("");
    }

    private MethodResult only(AuthenticationMethod method, String hostName, Optional<String> user) {
        List<MethodResult> found = results(hostName, user).of(method);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private AuthenticationResults results(String hostName, Optional<String> user) {
        return results(hostName, user, FROM);
    }

    private AuthenticationResults results(String hostName, Optional<String> user, List<HeaderField> header) {
        return results(ReversePath.parse("a@sender.example"), hostName, user, header);
    }

    private AuthenticationResults results(
            ReversePath mailFrom, String hostName, Optional<String> user, List<HeaderField> header) {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("2001:db8::1").orElseThrow(), hostName);
        SmtpTransaction transaction = new SmtpTransaction(client, "helo", mailFrom, user, "", "mx.receiver.example");
        InboundChecks checks = InboundChecks.of(InboundSettings.DEFAULT, zone.build(), clock);
        try (InboundMessage mail = new InboundMessage(checks, transaction)) {
            header.forEach(mail::header);
            mail.endOfHeaders();
            HeaderField field = ((HeaderEdit.Prepend) mail.conclude().edits().get(0)).field();
            return ((ParsedResults.Parsed) AuthenticationResultsParser.parse(field.value())).results();
        }
    }
}
