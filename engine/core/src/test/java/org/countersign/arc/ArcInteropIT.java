package org.countersign.arc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.ArcPeer;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.countersign.testing.ZoneServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains of Countersign, dkimpy and Mail::DKIM, and mixed chains, verified by each. Skipped if they are not installed. */
class ArcInteropIT {
    private static final Map<String, String> RECORDS = Map.of(
            "r._domainkey.list.example", TestKeys.RSA.publicKeyRecord(),
            "e._domainkey.list.example", TestKeys.ED25519.publicKeyRecord(),
            "p._domainkey.peer.example", TestKeys.RSA.publicKeyRecord());
    private static final SigningIdentity LIST = new SigningIdentity(DomainName.of("list.example"), "r", TestKeys.RSA);
    // The peers read the clock of the machine, and some refuse what was signed after it.
    private static final Instant SEALED = Instant.parse("2024-01-01T00:00:00Z");

    private static final List<TestMessage> MESSAGES = List.of(
            TestMessage.parse("From: Alice <alice@example.org>\nSubject: Lunch\n\nAt noon?\n"),
            TestMessage.parse("From: a@example.org\nTo: b\nTo: c,\n\td\nSUBJECT:   odd \n  folds \n\n")
                    .withBody("two  spaces\t\r\n \r\n\r\n\r\nafter empty lines \r\n\r\n\r\n"),
            TestMessage.parse("From: a@example.org\nSubject: empty\n\n"));

    private static StaticZone zone() {
        StaticZone.Builder zone = StaticZone.builder();
        RECORDS.forEach(zone::txt);
        return zone.build();
    }

    private static ArcResult verify(TestMessage message) {
        return ArcRun.verify(message, zone(), ArcLimits.DEFAULT, Instant.now());
    }

    private static TestMessage sealed(TestMessage message, SigningIdentity identity) {
        return message.withFieldsOnTop(ArcRun.seal(message, identity, verify(message), SEALED)
                .orElseThrow()
                .fields());
    }

    private static TestMessage sealedBy(ArcPeer peer, TestMessage message, int hop) throws IOException {
        String id = "mx" + hop + ".peer.example";
        HeaderField results = HeaderField.of(
                "Authentication-Results", " " + id + "; arc=" + verify(message).keyword() + "; dmarc=pass");
        return peer.seal(message.withFieldOnTop(results), "p", "peer.example", id);
    }

    abstract static class Both {
        @Nullable
        ArcPeer started;

        ArcPeer peer() {
            return Objects.requireNonNull(started);
        }

        @AfterEach
        void stop() throws IOException {
            if (started != null) {
                started.close();
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3})
        void itVerifiesWhatWeSeal(int hops) throws IOException {
            for (TestMessage message : MESSAGES) {
                TestMessage sealed = message;
                for (int hop = 0; hop < hops; hop++) {
                    sealed = sealed(sealed, LIST);
                }
                assertThat(peer().verify(sealed)).as("%s", message).isEqualTo("pass");
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3})
        void weVerifyWhatItSeals(int hops) throws IOException {
            for (TestMessage message : MESSAGES) {
                TestMessage sealed = message;
                for (int hop = 1; hop <= hops; hop++) {
                    sealed = sealedBy(peer(), sealed, hop);
                }
                assertThat(verify(sealed))
                        .as("%s", message)
                        .isInstanceOfSatisfying(
                                ArcResult.Pass.class,
                                pass -> assertThat(pass.chain().sets()).hasSize(hops));
            }
        }

        @Test
        void weContinueItsChainsAndItContinuesOurs() throws IOException {
            TestMessage mixed = sealed(sealedBy(peer(), sealed(MESSAGES.get(0), LIST), 2), LIST)
                    .withBody("At noon?\r\n");
            assertThat(verify(mixed)).isInstanceOf(ArcResult.Pass.class);
            assertThat(peer().verify(mixed)).isEqualTo("pass");
        }

        @Test
        void bothSeeThatAChainIsBroken() throws IOException {
            TestMessage ours = sealed(sealed(MESSAGES.get(0), LIST), LIST).withBody("At one?\r\n");
            assertThat(peer().verify(ours)).isEqualTo("fail");
            TestMessage its = sealedBy(peer(), MESSAGES.get(0), 1).withBody("At one?\r\n");
            assertThat(verify(its)).isInstanceOf(ArcResult.Fail.class);
        }

        @Test
        void itDoesNotPassAChainThatWeMarkedAsFailed() throws IOException {
            TestMessage broken = sealed(MESSAGES.get(0), LIST).withBody("At one?\r\n");
            assertThat(peer().verify(sealed(broken, LIST))).isNotEqualTo("pass");
        }

        @Test
        void itDoesNotSupportEd25519() throws IOException {
            // To be told when there is a peer for it.
            SigningIdentity identity = new SigningIdentity(DomainName.of("list.example"), "e", TestKeys.ED25519);
            assertThat(peer().verify(sealed(MESSAGES.get(0), identity))).isNotEqualTo("pass");
        }
    }

    @Nested
    class Dkimpy extends Both {
        @BeforeEach
        void start() throws IOException {
            assumeTrue(ArcPeer.hasPython(), "no python3");
            started = ArcPeer.dkimpy(RECORDS);
            assumeTrue(peer().isReady(), "no dkimpy with authres");
        }
    }

    @Nested
    class MailDkim extends Both {
        private @Nullable ZoneServer dns;

        @BeforeEach
        void start() throws IOException {
            assumeTrue(ArcPeer.hasPerl(), "no perl");
            dns = ZoneServer.start(zone());
            started = ArcPeer.mailDkim(dns);
            assumeTrue(peer().isReady(), "no Mail::DKIM (libmail-dkim-perl)");
        }

        @AfterEach
        void stopDns() {
            if (dns != null) {
                dns.close();
            }
        }
    }
}
