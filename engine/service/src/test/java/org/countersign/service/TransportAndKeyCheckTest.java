package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.valid;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.config.Configuration;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.explain.LogFields;
import org.countersign.keys.SigningKey;
import org.countersign.message.TransportHazard;
import org.countersign.signature.SigningIdentity;
import org.countersign.testing.ManualClock;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks before a message is signed: whether the key is published, and what may break the signature. */
class TransportAndKeyCheckTest {
    private static final String KEYS = """
          keys:
            - { domain: example.org, selector: old, key-file: rfc8463 }
            - { domain: example.org, selector: new, key-file: rsa, active-from: 2026-01-01 }
            - { domain: example.org, selector: ed, key-file: ed25519 }
        """;
    private static final String MESSAGE = "From: a@example.org\nDate: x\nMessage-ID: <x@example.org>\n\nHello\n";

    private final List<String> news = new ArrayList<>();

    private static StaticZone.Builder published(String... selectors) {
        StaticZone.Builder zone = StaticZone.builder();
        for (String selector : selectors) {
            zone.txt(selector + "._domainkey.example.org", key(selector).publicKeyRecord());
        }
        return zone;
    }

    private static SigningKey key(String name) {
        return switch (name) {
            case "new", "rsa" -> TestKeys.RSA;
            case "old", "rfc8463" -> TestKeys.RFC_8463_RSA;
            default -> TestKeys.ED25519;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"Subject: hi\rFrom: CEO <ceo@bank.example>\n", "Subject: hi\0\n", "X: y\r-z\n"})
    void aHeaderSectionWithAStrayLineEndIsNotSigned(String field) {
        MessageOutcome.Signed outcome = send("", published("new", "rsa", "ed"), field + MESSAGE);
        assertThat(outcome.signedBy()).isEmpty();
        assertThat(outcome.decision().rule()).isEqualTo("broken-header");
        assertThat(outcome.decision().reason())
                .startsWith("The header section has a ")
                .contains(" in the field ");
    }

    private MessageOutcome.Signed send(String settings, StaticZone.Builder zone, String message) {
        return send("enforce", settings, zone, message);
    }

    private MessageOutcome.Signed send(String mode, String settings, StaticZone.Builder zone, String message) {
        Configuration configuration = valid("mode: " + mode + "\nsigning:\n" + KEYS + settings);
        CountersignEngine engine = EngineFactory.engine(
                configuration,
                TestPolicies.signing(configuration, entry -> key(entry.keyFile())),
                zone.build(),
                ManualClock.started(),
                (identity, state) -> news.add(identity.keyName() + " " + state.describe()));
        SmtpTransaction transaction = new SmtpTransaction(
                new Client.Ip(IpNetwork.parseAddress("192.0.2.7").orElseThrow(), ""),
                "laptop",
                ReversePath.parse("a@example.org"),
                Optional.of("a@example.org"),
                "",
                "mx.example.org");
        TestMessage parsed = TestMessage.parse(message);
        try (MessageSession flow = engine.open(transaction)) {
            parsed.headers().fields().forEach(flow::header);
            flow.endOfHeaders();
            byte[] body = parsed.body().toByteArray();
            flow.body(body, 0, body.length);
            return (MessageOutcome.Signed) flow.conclude();
        }
    }

    private static List<String> selectors(MessageOutcome.Signed outcome) {
        return outcome.signedBy().stream().map(SigningIdentity::selector).toList();
    }

    @Nested
    class KeyThatIsNotPublished {
        private MessageOutcome.Signed send(String action, StaticZone.Builder zone) {
            return TransportAndKeyCheckTest.this.send(
                    "  key-guard: { when-unpublished: " + action + " }\n", zone, MESSAGE);
        }

        @Test
        void keysThatArePublishedSignWithoutAReport() {
            assertThat(selectors(send("tempfail", published("old", "new", "ed"))))
                    .containsExactly("new", "ed");
            assertThat(news).isEmpty();
        }

        @Test
        void signSignsNeverthelessAndReportsOnce() {
            assertThat(selectors(send("sign", published("ed")))).containsExactly("new", "ed");
            assertThat(news).containsExactly("new._domainkey.example.org not published: no such name");
        }

        @Test
        void signIsTheDefault() {
            assertThat(selectors(TransportAndKeyCheckTest.this.send("", published("ed"), MESSAGE)))
                    .containsExactly("new", "ed");
        }

        @Test
        void previousSignsWithTheKeyThatWasInUseBefore() {
            assertThat(selectors(send("previous", published("old", "ed")))).containsExactly("old", "ed");
        }

        @Test
        void previousOmitsTheSignatureIfNoEarlierKeyIsPublished() {
            assertThat(selectors(send("previous", published("ed")))).containsExactly("ed");
            MessageOutcome.Signed unsigned = send("previous", published());
            assertThat(unsigned.signedBy()).isEmpty();
            assertThat(unsigned.decision().rule()).isEqualTo("key-not-published");
            assertThat(unsigned.decision().verdict().keyword()).isEqualTo("accept");
        }

        @Test
        void unsignedOmitsOnlyThatSignature() {
            assertThat(selectors(send("unsigned", published("old", "ed")))).containsExactly("ed");
            MessageOutcome.Signed unsigned = send("unsigned", published("old"));
            assertThat(unsigned.signedBy()).isEmpty();
            assertThat(unsigned.edits()).isEmpty();
            assertThat(unsigned.decision().rule()).isEqualTo("key-not-published");
        }

        @Test
        void tempfailDefersTheMessageAndNamesTheKeyInTheReason() {
            MessageOutcome.Signed outcome = send("tempfail", published("old", "ed"));
            assertThat(outcome.decision().verdict().keyword()).isEqualTo("tempfail");
            assertThat(outcome.decision().rule()).isEqualTo("key-not-published");
            assertThat(outcome.decision().reason()).contains("new._domainkey.example.org");
        }

        @ParameterizedTest
        @ValueSource(strings = {"sign", "previous", "unsigned", "tempfail"})
        void aDnsErrorNeverPreventsASignature(String action) {
            StaticZone.Builder zone = StaticZone.builder();
            for (String selector : List.of("old", "new", "ed")) {
                zone.failure(selector + "._domainkey.example.org", RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE);
            }
            assertThat(selectors(send(action, zone))).containsExactly("new", "ed");
            assertThat(news).isEmpty();
        }

        @Test
        void withAnIntervalOfZeroNoQueryIsMade() {
            MessageOutcome.Signed outcome = TransportAndKeyCheckTest.this.send(
                    "  key-guard: { check-every: 0s, when-unpublished: tempfail }\n", published(), MESSAGE);
            assertThat(selectors(outcome)).containsExactly("new", "ed");
        }
    }

    @Nested
    class MessageThatWillBeChanged {
        private static final String LONG_LINE = MESSAGE + "x".repeat(1200) + "\n";

        @Test
        void theMessageIsSignedAndTheHazardIsReported() {
            MessageOutcome.Signed outcome = send("", published("new", "ed"), LONG_LINE);
            assertThat(outcome.decision().rule()).isEqualTo("signed");
            assertThat(outcome.hazards()).containsExactly(TransportHazard.LONG_LINE);
            assertThat(LogFields.of(outcome)).containsEntry("hazards", "long-line");
        }

        @Test
        void aListedHazardIsRefusedWithAReplyThatNamesIt() {
            MessageOutcome.Signed outcome =
                    send("  look-ahead: { refuse: [long-line] }\n", published("new", "ed"), LONG_LINE);
            assertThat(outcome.decision().verdict().keyword()).isEqualTo("reject");
            assertThat(outcome.decision().rule()).isEqualTo("hazard-long-line");
            assertThat(outcome.signedBy()).isEmpty();
            assertThat(outcome.edits()).isEmpty();
        }

        @Test
        void aHazardThatIsNotListedIsNotRefused() {
            MessageOutcome.Signed outcome =
                    send("  look-ahead: { refuse: [bare-lf, bare-cr] }\n", published("new", "ed"), LONG_LINE);
            assertThat(outcome.decision().rule()).isEqualTo("signed");
        }

        @Test
        void inMonitorModeTheMessageIsSignedAndTheRefusalIsRecorded() {
            MessageOutcome.Signed outcome =
                    send("monitor", "  look-ahead: { refuse: [long-line] }\n", published("new", "ed"), LONG_LINE);
            assertThat(outcome.decision().verdict().keyword()).isEqualTo("accept");
            assertThat(outcome.decision().ruled().keyword()).isEqualTo("reject");
            assertThat(outcome.decision().rule()).isEqualTo("hazard-long-line");
            assertThat(selectors(outcome)).containsExactly("new", "ed");
        }

        @Test
        void anOrdinaryMessageHasNoHazardsInItsLogLine() {
            MessageOutcome.Signed outcome = send("", published("new", "ed"), MESSAGE);
            assertThat(outcome.hazards()).isEmpty();
            assertThat(LogFields.of(outcome)).doesNotContainKey("hazards");
        }

        @Test
        void anEightBitBodyIsAHazardWithoutDownstream8bitmime() {
            String message = MESSAGE + "gr\u00fcn\n";
            assertThat(send("  look-ahead: { downstream-8bitmime: false }\n", published("new", "ed"), message)
                            .hazards())
                    .containsExactly(TransportHazard.EIGHT_BIT_BODY);
            assertThat(send("", published("new", "ed"), message).hazards()).isEmpty();
        }

        @Test
        void aMessageWithoutFromIsRefusedIfConfigured() {
            MessageOutcome.Signed outcome =
                    send("  look-ahead: { refuse: [missing-from] }\n", published(), "Subject: x\n\nx\n");
            assertThat(outcome.decision().rule()).isEqualTo("hazard-missing-from");
        }
    }
}
