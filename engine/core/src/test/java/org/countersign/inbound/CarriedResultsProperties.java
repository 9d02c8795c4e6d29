package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.ArrayList;
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
import org.countersign.arc.ArcResult;
import org.countersign.arc.ArcRun;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.Mode;
import org.countersign.policy.Verdict;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;

/** Results in an ARC chain of an unknown sealer are reported and change no decision. */
class CarriedResultsProperties {
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("sender.example", "v=spf1 ip4:192.0.2.1 -all")
            .txt("_dmarc.sender.example", "v=DMARC1; p=reject")
            .txt("e._domainkey.attacker.example", TestKeys.ED25519.publicKeyRecord())
            .build();
    private static final SigningIdentity ATTACKER =
            new SigningIdentity(DomainName.of("attacker.example"), "e", TestKeys.ED25519);
    private static final TestMessage MESSAGE = TestMessage.parse("From: ceo@sender.example\nSubject: x\n\nPay.\n");

    @Provide
    Arbitrary<byte[]> claims() {
        Arbitrary<byte[]> words = Arbitraries.of(
                        "i=1",
                        "i=2",
                        "mx.receiver.example",
                        "attacker.example",
                        "spf=pass smtp.mailfrom=sender.example",
                        "dkim=pass header.d=sender.example",
                        "dmarc=pass header.from=sender.example policy.dmarc=none",
                        "arc=pass",
                        "(",
                        ")",
                        "\"",
                        "\r\n\t",
                        "none")
                .list()
                .ofMaxSize(8)
                .map(list -> Octets.latin1(" " + String.join("; ", list)).toByteArray());
        return Arbitraries.oneOf(words, Arbitraries.bytes().array(byte[].class).ofMaxSize(60));
    }

    private static MessageOutcome.Judged outcome(TestMessage message) {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("203.0.113.66").orElseThrow(), "");
        SmtpTransaction transaction = new SmtpTransaction(
                client,
                "attacker.example",
                ReversePath.parse("ceo@sender.example"),
                Optional.empty(),
                "",
                "mx.receiver.example");
        InboundChecks checks =
                InboundChecks.of(InboundSettings.DEFAULT.withMode(Mode.ENFORCE), ZONE, InstantSource.fixed(ArcRun.NOW));
        try (InboundMessage mail = new InboundMessage(checks, transaction)) {
            message.pour(mail);
            return mail.conclude();
        }
    }

    private static void assertUnmoved(TestMessage message) {
        MessageOutcome.Judged plain = outcome(MESSAGE);
        MessageOutcome.Judged claimed = outcome(message);
        MessageFacts facts = claimed.facts();
        assertThat(facts.spf()).isEqualTo(plain.facts().spf());
        assertThat(facts.signatures()).isEqualTo(plain.facts().signatures());
        assertThat(facts.dmarc()).isEqualTo(plain.facts().dmarc());
        if (facts.strayOctet().isPresent()) {
            assertThat(claimed.decision().rule()).isEqualTo("broken-header");
            assertThat(claimed.decision().verdict()).isInstanceOf(Verdict.Reject.class);
        } else {
            assertThat(claimed.decision()).isEqualTo(plain.decision());
        }
        assertThat(claimed.forged()).isZero();
    }

    @Property(tries = 200)
    void foreignResultsDoNotChangeTheDecision(@ForAll("claims") byte[] claim) {
        assertUnmoved(MESSAGE.withFieldOnTop(
                HeaderField.of(Octets.latin1("ARC-Authentication-Results"), Octets.copyOf(claim))));
    }

    @Property(tries = 100)
    void resultsSealedByAnUnknownSealerDoNotChangeTheDecision(@ForAll("claims") byte[] claim) {
        List<HeaderField> fields =
                new ArrayList<>(ArcRun.sealed(MESSAGE, ATTACKER, ZONE).headers().fields());
        fields.set(2, HeaderField.of(Octets.latin1("ARC-Authentication-Results"), Octets.copyOf(claim)));
        assertUnmoved(MESSAGE.withFieldsOnTop(fields.subList(0, 3)));
    }

    @Property(tries = 1)
    void aPassingChainOfAnUnknownSealerDoesNotChangeTheDecision() {
        // The sealer claims dmarc=pass for this message.
        TestMessage sealed = ArcRun.sealed(MESSAGE, ATTACKER, ZONE);
        assertThat(outcome(sealed).facts().arc()).isInstanceOf(ArcResult.Pass.class);
        assertUnmoved(sealed);
    }
}
