package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.valid;

import java.time.InstantSource;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.config.Configuration;
import org.countersign.dns.StaticZone;
import org.countersign.domain.ReversePath;
import org.countersign.explain.LogFields;
import org.countersign.policy.Verdict;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail that passes the same signer twice, for example before and after a content filter. */
class AlreadySignedTest {
    private static final TestMessage MESSAGE = TestMessage.parse("""
        From: Root <root@example.org>
        To: bob@example.net
        Subject: backup
        Date: Mon, 23 Nov 2026 12:00:00 +0000
        Message-ID: <1@example.org>

        All is well.
        """);

    private static MessageOutcome.Signed send(TestMessage message, String user, String service) {
        Configuration configuration = valid("""
                            authserv-id: mx.example.org
                            mode: enforce
                            signing:
                              when: { daemon-names: [SECOND] }
                              keys: [{ domain: example.org, selector: s, key-file: k }]
                            """);
        CountersignEngine engine = EngineFactory.engine(
                configuration,
                TestPolicies.signing(configuration, entry -> TestKeys.RSA),
                StaticZone.builder().build(),
                InstantSource.system(),
                (identity, state) -> {});
        SmtpTransaction transaction = new SmtpTransaction(
                new Client.Local(),
                "localhost",
                new ReversePath.Null(),
                Optional.of(user).filter(name -> !name.isEmpty()),
                service,
                "mx.example.org");
        try (MessageSession flow = engine.open(transaction)) {
            message.headers().fields().forEach(flow::header);
            flow.endOfHeaders();
            flow.body(message.body().toByteArray(), 0, message.body().length());
            return (MessageOutcome.Signed) flow.conclude();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SECOND"})
    void isNotSignedASecondTimeAndTheLogSaysWhy(String service) {
        MessageOutcome.Signed first = send(MESSAGE, "", "");
        assertThat(first.signedBy()).extracting(SigningIdentity::selector).containsExactly("s");

        MessageOutcome.Signed second = send(MESSAGE.edited(first.edits()), "", service);

        assertThat(second.signedBy()).isEmpty();
        assertThat(second.edits()).isEmpty();
        assertThat(second.lacksAuthor()).isFalse();
        assertThat(second.decision().verdict()).isInstanceOf(Verdict.Accept.class);
        assertThat(LogFields.of(second))
                .containsEntry("rule", "already-signed")
                .containsEntry("signed-by", "")
                .containsEntry(
                        "reason",
                        "The message already has a valid signature with s._domainkey.example.org: it is not signed a"
                                + " second time.");
    }

    @Test
    void aMessageThatWasChangedInBetweenIsSignedAgain() {
        TestMessage signed = MESSAGE.edited(send(MESSAGE, "", "").edits());
        MessageOutcome.Signed second = send(signed.withBody("All is well.\r\n-- \r\nA footer\r\n"), "", "SECOND");
        assertThat(second.decision().rule()).isEqualTo("signed");
        assertThat(second.signedBy()).hasSize(1);
    }

    @Test
    void aMessageWhoseForgedResultsAreRemovedIsSignedAsIfItWereNew() {
        TestMessage signed = MESSAGE.edited(send(MESSAGE, "", "").edits())
                .withFieldOnTop(HeaderField.of("Authentication-Results", " mx.example.org; dkim=pass"));
        MessageOutcome.Signed second = send(signed, "", "SECOND");
        assertThat(second.edits()).hasSize(2).anyMatch(HeaderEdit.Remove.class::isInstance);
        assertThat(second.decision().rule()).isEqualTo("signed");
    }
}
