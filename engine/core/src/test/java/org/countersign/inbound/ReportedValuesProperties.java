package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.arc.ArcRun;
import org.countersign.authres.ArcAuthenticationResults;
import org.countersign.authres.AuthenticationMethod;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.AuthenticationResultsParser;
import org.countersign.authres.MethodResult;
import org.countersign.authres.ParsedResults;
import org.countersign.crypto.RsaEngine;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.policy.Mode;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.KeyValidity;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.UnpublishedKeyAction;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;

/** A name that a sender chooses is reported as a value and never as a result, wherever the name occurs. */
class ReportedValuesProperties {
    private static final String ID = "mx.receiver.example";
    private static final InstantSource CLOCK = InstantSource.fixed(ArcRun.NOW);
    private static final ArcSealingPolicy SEALER = ArcSealingPolicy.of(
            new ScheduledKey(new SigningIdentity(DomainName.of(ID), "s1", TestKeys.ED25519), KeyValidity.ALWAYS),
            Optional.empty(),
            UnpublishedKeyAction.SIGN,
            CLOCK);
    private static final InboundChecks CHECKS = InboundChecks.of(
            InboundSettings.DEFAULT.withMode(Mode.MONITOR),
            StaticZone.builder().txt("_dmarc.bank.example", "v=DMARC1; p=none").build(),
            CLOCK,
            RsaEngine.jca(),
            new TemperrorTable(CLOCK, persistent -> {}),
            SEALER);

    /** Inputs that the literature and the grammar suggest, alone and combined. */
    @Provide
    Arbitrary<String> names() {
        Arbitrary<String> mixed = Arbitraries.of(
                        "a\";dmarc=pass header.from=bank.example",
                        "; dmarc=pass",
                        "; spf=pass",
                        "arc=pass",
                        "x\\",
                        "x(",
                        "x)y",
                        "\r\nX-H: 1",
                        "\r\n ",
                        "\u0000",
                        "=?utf-8?q?=3Bdmarc=3Dpass?=",
                        "\u00e9",
                        "\u2028",
                        "\ud83d\ude00",
                        "\ud83d",
                        "@",
                        "%0a",
                        "[IPv6:2001:db8::1]",
                        "bank.example",
                        "bank.example.",
                        "\"",
                        "=",
                        " ",
                        "y".repeat(4096))
                .list()
                .ofMaxSize(4)
                .map(parts -> String.join("", parts));
        return Arbitraries.oneOf(mixed, Arbitraries.strings().ofMaxLength(40));
    }

    private static MessageOutcome.Judged judge(String helo, String sender, String host, String user, String tag) {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("2001:db8::1").orElseThrow(), host);
        SmtpTransaction transaction =
                new SmtpTransaction(client, helo, ReversePath.parse(sender), Optional.of(user), "", ID);
        try (InboundMessage mail = new InboundMessage(CHECKS, transaction)) {
            mail.header(HeaderField.of(
                    Octets.latin1("DKIM-Signature"),
                    Octets.utf8(" v=1; a=rsa-sha256; d=" + tag + "; s=" + tag + "; b=" + tag)));
            mail.header(HeaderField.of(Octets.latin1("From"), Octets.latin1(" x@bank.example")));
            mail.endOfHeaders();
            return mail.conclude();
        }
    }

    private static HeaderField added(MessageOutcome.Judged outcome, String name) {
        return outcome.edits().stream()
                .filter(HeaderEdit.Prepend.class::isInstance)
                .map(edit -> ((HeaderEdit.Prepend) edit).field())
                .filter(field -> field.is(name))
                .findFirst()
                .orElseThrow();
    }

    @Property(tries = 500)
    void noNameInAMessageAddsAResult(
            @ForAll("names") String helo,
            @ForAll("names") String sender,
            @ForAll("names") String host,
            @ForAll("names") String user,
            @ForAll("names") String tag) {
        MessageOutcome.Judged outcome = judge(helo, sender, host, user, tag);
        HeaderField field = added(outcome, "Authentication-Results");

        assertThat(field.raw().latin1().replace("\r\n ", " ")).matches("[ -~]+");
        assertThat(AuthenticationResultsParser.parse(field.value())).isInstanceOf(ParsedResults.Parsed.class);
        AuthenticationResults results =
                ((ParsedResults.Parsed) AuthenticationResultsParser.parse(field.value())).results();
        assertThat(results.authservId()).isEqualTo(ID);
        // One result each; SPF has a second one for a HELO that is a name, and iprev none for a client without a name.
        assertThat(results.results().stream().map(MethodResult::method).toList())
                .containsOnlyOnce("dkim", "dmarc", "arc", "auth")
                .containsAnyOf("spf")
                .hasSizeBetween(5, 7);
        assertThat(results.of(AuthenticationMethod.DMARC))
                .extracting(MethodResult::result)
                .containsExactly("fail");
        for (AuthenticationMethod method :
                List.of(AuthenticationMethod.SPF, AuthenticationMethod.DKIM, AuthenticationMethod.ARC)) {
            assertThat(results.of(method)).extracting(MethodResult::result).doesNotContain("pass");
        }
    }

    @Property(tries = 200)
    void theResultsInASealAreParsedAsTheSameResults(@ForAll("names") String helo, @ForAll("names") String tag) {
        MessageOutcome.Judged outcome = judge(helo, "a@bank.example", "", "", tag);
        if (outcome.facts().strayOctet().isPresent()) {
            assertThat(outcome.seal()).isEmpty();
            return;
        }
        assertThat(AuthenticationResultsParser.parseArc(
                        added(outcome, "ARC-Authentication-Results").value()))
                .map(ArcAuthenticationResults::results)
                .contains(AuthenticationResultsParser.parse(
                        added(outcome, "Authentication-Results").value()));
    }
}
