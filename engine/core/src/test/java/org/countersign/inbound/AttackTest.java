package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.authres.AuthenticationMethod;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.AuthenticationResultsParser;
import org.countersign.authres.MethodResult;
import org.countersign.authres.ParsedResults;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.message.MessageReader;
import org.countersign.policy.Mode;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ambiguous envelopes and signatures, made to forge a pass or to add results ("Composition Kills" §4 and §5). A mail
 * server may pass them on although it should not. Cases that every front end can transport are in the conformance pack.
 */
class AttackTest {
    private static final String ID = "mx.receiver.example";
    private static final String VICTIM = "From: Alice <alice@example.org>\r\n";
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("example.org", "v=spf1 ip4:192.0.2.0/28 -all")
            .txt("_dmarc.example.org", "v=DMARC1; p=reject")
            .txt("attacker.example", "v=spf1 +all exp=e.attacker.example")
            .txt("any.attacker.example", "v=spf1 +all")
            .txt("example.org(.attacker.example", "v=spf1 +all")
            .txt("e.attacker.example", "x; dmarc=pass header.from=example.org")
            .txt("x._domainkey.attacker.example", "v=DKIM1; p=; dmarc=pass")
            .build();
    private static final List<String> HELOS = List.of(
            "attacker.example",
            "attacker.example;dmarc=pass",
            "example.org\0.attacker.example",
            "x\" ; dmarc=pass header.from=\"example.org",
            "attacker.example (\\) \r\n dmarc=pass",
            "[192.0.2.1] dmarc=pass",
            "");
    private static final List<String> SENDERS = List.of(
            "",
            "bulk@attacker.example",
            "any@example.org(.attacker.example",
            "any@example.org'@any.attacker.example",
            "@example.org,@any.example:'any@attacker.example",
            "(any@example.org",
            "\"x;dmarc=pass header.from=example.org\"@attacker.example",
            "\"a\\\"; dmarc=pass (\"@attacker.example",
            "alice@example.org\0@attacker.example",
            "a@example.org\0.attacker.example",
            "x@attacker.example;dmarc=pass",
            "x@attacker.example\r\nAuthentication-Results: mx.receiver.example; dmarc=pass",
            "alice@example.org@attacker.example",
            "alice@attacker.example ");
    private static final List<String> SIGNATURES = List.of(
            "",
            signature("example.org(.attacker.example", "x"),
            signature("example.org'a.attacker.example", "x"),
            signature("example.org\0.attacker.example", "x"),
            signature("example.org", "x._domainkey.attacker.example.\0.any"),
            signature("example.org", "x._domainkey.attacker.example.\r\n any"),
            signature("attacker.example; d=example.org", "x"),
            signature("attacker.example; i=@example.org", "x"),
            signature("attacker.example", "a\"; dmarc=pass"),
            signature("attacker.example (\\", "x)"),
            "DKIM-Signature: ; dmarc=pass\r\n",
            "DKIM-Signature:\r\n");

    private static String signature(String domain, String selector) {
        return "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=" + domain + "; s=" + selector
                + "; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAAAAAAAAAAAAAA\r\n";
    }

    static Stream<String> senders() {
        return SENDERS.stream();
    }

    private static MessageOutcome.Judged judge(String helo, String sender, String header) {
        InboundChecks checks = InboundChecks.of(
                InboundSettings.DEFAULT.withAuthservId(ID).withMode(Mode.ENFORCE),
                ZONE,
                InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z")));
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("203.0.113.66").orElseThrow(), "");
        SmtpTransaction transaction =
                new SmtpTransaction(client, helo, ReversePath.parse(sender), Optional.empty(), "", ID);
        byte[] message = Octets.latin1(header + "Subject: x\r\n\r\ntext\r\n").toByteArray();
        try (InboundMessage mail = new InboundMessage(checks, transaction)) {
            MessageReader.read(new ByteArrayInputStream(message), mail, 100_000);
            return mail.conclude();
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static AuthenticationResults written(MessageOutcome.Judged outcome) {
        HeaderField field = outcome.edits().stream()
                .filter(HeaderEdit.Prepend.class::isInstance)
                .map(edit -> ((HeaderEdit.Prepend) edit).field())
                .filter(each -> each.is("Authentication-Results"))
                .findFirst()
                .orElseThrow();
        assertThat(field.raw().latin1().replace("\r\n ", " ")).matches("[ -~]+");
        return ((ParsedResults.Parsed) AuthenticationResultsParser.parse(field.value())).results();
    }

    @ParameterizedTest
    @MethodSource("senders")
    void noEnvelopeOrSignatureForgesAPassOrAResult(String sender) {
        for (String helo : HELOS) {
            for (String signature : SIGNATURES) {
                MessageOutcome.Judged outcome = judge(helo, sender, signature + VICTIM);

                assertThat(outcome.facts().dmarcKeyword())
                        .as("HELO %s, %s", helo, signature)
                        .isEqualTo("fail");
                assertThat(outcome.decision().verdict()).isInstanceOf(Verdict.Reject.class);
                assertThat(outcome.decision().reason()).matches("[ -~]+");
                AuthenticationResults results = written(outcome);
                assertThat(results.authservId()).isEqualTo(ID);
                // SPF has a result for each identity checked, so a HELO that is a name adds a second one.
                List<String> methods =
                        results.results().stream().map(MethodResult::method).toList();
                assertThat(methods).startsWith("spf").hasSizeBetween(4, 5);
                assertThat(methods.stream().distinct()).containsExactly("spf", "dkim", "dmarc", "arc");
                assertThat(results.of(AuthenticationMethod.DMARC))
                        .extracting(MethodResult::result)
                        .containsExactly("fail");
                assertThat(results.of(AuthenticationMethod.DKIM).getFirst().result())
                        .isNotEqualTo("pass");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // A folded name, which only a program that unfolds first reads as From.
                "From\r\n : <bulk@attacker.example>\r\n" + VICTIM,
                "From\r\n : <bulk@attacker.example>\r\nSender: <alice@example.org>\r\n",
                "From\r\n : <bulk@attacker.example>\r\nResent-From: <alice@example.org>\r\n",
                "From\0: alice@example.org\r\nFrom: bulk@attacker.example\r\n",
                "\0From: alice@example.org\r\nFrom: bulk@attacker.example\r\n",
                "From: bulk@attacker.example\0@example.org\r\n",
                "From: alice@example.org\0\r\nFrom: bulk@attacker.example\r\n",
                // Line ends that only some programs accept (SMTP smuggling within a header section).
                "From: bulk@attacker.example\r\nX: y\nFrom: alice@example.org\r\n",
                "From: bulk@attacker.example\rFrom: alice@example.org\r\n",
                "X: y\rFrom: alice@example.org\r\nFrom: bulk@attacker.example\r\nFrom : a@b.example\r\n",
                "From: bulk@attacker.example\n .example.org\r\nFROM: alice@example.org\r\n",
            })
    void aMessageWithAnAmbiguousFromFieldIsNeverDelivered(String header) {
        MessageOutcome.Judged outcome = judge("attacker.example", "bulk@attacker.example", header);

        assertThat(outcome.facts().dmarcKeyword()).isEqualTo("permerror");
        assertThat(outcome.decision().verdict()).isInstanceOf(Verdict.Reject.class);
        assertThat(outcome.decision().reason()).matches("[ -~]+");
        assertThat(written(outcome).of(AuthenticationMethod.DMARC))
                .extracting(MethodResult::result)
                .containsExactly("permerror");
    }
}
