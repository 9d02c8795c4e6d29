package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimRun;
import org.countersign.dmarc.Identifier;
import org.countersign.dmarc.Mechanism;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.keys.SigningKey;
import org.countersign.spf.SpfLimits;
import org.countersign.spf.SpfRequest;
import org.countersign.spf.SpfResult;
import org.countersign.spf.SpfVerifier;
import org.countersign.testing.ManualClock;
import org.countersign.testing.SignatureDraft;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Which results of SPF and DKIM authenticate which domains (RFC 9989 §4.4, ADR 11). */
class AuthenticatedIdentifiersTest {
    private static final SigningKey KEY = TestKeys.ED25519;
    private static final DomainName SIGNER = DomainName.of("example.org");
    private static final DomainName SENDER = DomainName.of("sender.example");
    private static final TestMessage MESSAGE = TestMessage.parse("""
            From: Alice <alice@example.org>
            Subject: Lunch

            At noon?
            """);
    private static final SpfResult NO_SPF = SpfVerifier.withoutClient(ReversePath.parse("a@sender.example"), "");

    @Nested
    @DisplayName("DKIM (RFC 9989 §4.4.1)")
    class Dkim {
        @Test
        void aPassAuthenticatesTheDomainOfTheSignature() {
            assertThat(identifiers(SignatureDraft.of(KEY), key(KEY.publicKeyRecord())))
                    .containsExactly(Identifier.authenticated(SIGNER, Mechanism.DKIM));
        }

        @Test
        void aPassThatLeavesOutAPartOfTheBodyAuthenticatesNothing() {
            SignatureDraft partial = SignatureDraft.of(KEY).with("l", "2");
            assertThat(verify(partial, key(KEY.publicKeyRecord())).keyword()).isEqualTo("pass");
            assertThat(identifiers(partial, key(KEY.publicKeyRecord()))).isEmpty();
        }

        @Test
        void aPassWhoseLengthCoversTheWholeBodyCounts() {
            SignatureDraft whole = SignatureDraft.of(KEY)
                    .with("l", Integer.toString(MESSAGE.body().length()));
            assertThat(identifiers(whole, key(KEY.publicKeyRecord())))
                    .containsExactly(Identifier.authenticated(SIGNER, Mechanism.DKIM));
        }

        @Test
        void aPassOfAKeyInTestModeCounts() {
            assertThat(identifiers(SignatureDraft.of(KEY), key(KEY.publicKeyRecord() + "; t=y")))
                    .containsExactly(Identifier.authenticated(SIGNER, Mechanism.DKIM));
        }

        @Test
        void aTemporaryErrorLeavesTheDomainUnresolved() {
            DnsClient broken = StaticZone.builder()
                    .failure("s1._domainkey.example.org", RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
                    .build();
            assertThat(identifiers(SignatureDraft.of(KEY), broken))
                    .containsExactly(Identifier.unresolved(SIGNER, Mechanism.DKIM));
        }

        @Test
        void anyOtherResultGivesNoIdentifier() {
            DnsClient noKey = StaticZone.builder().build();
            assertThat(identifiers(SignatureDraft.of(KEY), noKey)).isEmpty();
            assertThat(identifiers(SignatureDraft.of(KEY).with("bh", "AAAA"), key(KEY.publicKeyRecord())))
                    .isEmpty();
            assertThat(identifiers(SignatureDraft.of(KEY).without("d"), key(KEY.publicKeyRecord())))
                    .isEmpty();
        }

        private static List<Identifier> identifiers(SignatureDraft draft, DnsClient dns) {
            return AuthenticatedIdentifiers.of(NO_SPF, List.of(verify(draft, dns)));
        }

        private static DkimResult verify(SignatureDraft draft, DnsClient dns) {
            return DkimRun.verify(draft.sign(MESSAGE, KEY), dns).get(0);
        }

        private static DnsClient key(String record) {
            return StaticZone.builder().txt("s1._domainkey.example.org", record).build();
        }
    }

    @Nested
    @DisplayName("SPF (RFC 9989 §4.4.2)")
    class Spf {
        @Test
        void aPassAuthenticatesTheDomainOfMailFrom() {
            assertThat(identifiers("a@sender.example", "helo.example"))
                    .containsExactly(Identifier.authenticated(SENDER, Mechanism.SPF));
        }

        @Test
        void withANullReversePathAPassAuthenticatesTheDomainOfHelo() {
            assertThat(identifiers("", "sender.example"))
                    .containsExactly(Identifier.authenticated(SENDER, Mechanism.SPF));
        }

        @Test
        void aTemporaryErrorLeavesTheDomainUnresolved() {
            assertThat(identifiers("a@broken.example", "helo.example"))
                    .containsExactly(Identifier.unresolved(DomainName.of("broken.example"), Mechanism.SPF));
        }

        @Test
        void anyOtherResultGivesNoIdentifier() {
            assertThat(identifiers("a@softfail.example", "helo.example")).isEmpty();
            assertThat(identifiers("a@norecord.example", "helo.example")).isEmpty();
            assertThat(AuthenticatedIdentifiers.of(NO_SPF, List.of())).isEmpty();
        }

        private static List<Identifier> identifiers(String mailFrom, String helo) {
            StaticZone zone = StaticZone.builder()
                    .txt("sender.example", "v=spf1 ip4:192.0.2.1 -all")
                    .txt("softfail.example", "v=spf1 ~all")
                    .failure("broken.example", RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
                    .build();
            ManualClock clock = ManualClock.started();
            InetAddress client = IpNetwork.parseAddress("192.0.2.1").orElseThrow();
            SpfResult result = new SpfVerifier(SpfLimits.DEFAULT, DomainName.of("mx.example"), clock)
                    .verify(
                            SpfRequest.mailFrom(client, ReversePath.parse(mailFrom), helo),
                            new MessageLookups(zone, 100, clock.instant().plusSeconds(20)));
            return AuthenticatedIdentifiers.of(result, List.of());
        }
    }
}
