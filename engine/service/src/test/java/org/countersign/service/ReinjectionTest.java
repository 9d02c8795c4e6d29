package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.valid;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.config.Configuration;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.message.TransportHazard;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail that this machine submits: its own, and mail of other senders that comes back through it. */
class ReinjectionTest {
    private static final HeaderField JUDGED =
            HeaderField.of("Authentication-Results", " mx.example.org; dmarc=none header.from=example.org");
    private static final HeaderField ELSEWHERE =
            HeaderField.of("Received", " from mail.stranger.example (unknown [203.0.113.66]) by mx.example.org");
    private static final HeaderField FILTERED =
            HeaderField.of("Received", " from mx.example.org ([127.0.0.1]) by localhost (amavisd-new, port 10024)");

    private static final HeaderField ID = HeaderField.of("Message-ID", " <1@example.org>");

    private static MessageOutcome.Signed send(
            String when, String client, String user, String service, HeaderField... fields) {
        Configuration configuration = valid("""
                            authserv-id: mx.example.org
                            mode: enforce
                            signing:
                              when: { %s }
                              look-ahead: { refuse: [missing-message-id] }
                              keys: [{ domain: example.org, selector: s, key-file: k }]
                            """.formatted(when));
        CountersignEngine engine = EngineFactory.engine(
                configuration,
                TestPolicies.signing(configuration, entry -> TestKeys.ED25519),
                StaticZone.builder().build(),
                InstantSource.system(),
                (identity, state) -> {});
        SmtpTransaction transaction = new SmtpTransaction(
                client.equals("local")
                        ? new Client.Local()
                        : new Client.Ip(IpNetwork.parseAddress(client).orElseThrow(), "localhost"),
                "localhost",
                new ReversePath.Null(),
                Optional.of(user).filter(name -> !name.isEmpty()),
                service,
                "mx.example.org");
        try (MessageSession flow = engine.open(transaction)) {
            for (HeaderField field : fields) {
                flow.header(field);
            }
            flow.header(HeaderField.of("From", " root@example.org"));
            flow.endOfHeaders();
            byte[] body = "x\r\n".getBytes(StandardCharsets.US_ASCII);
            flow.body(body, 0, body.length);
            return (MessageOutcome.Signed) flow.conclude();
        }
    }

    private static void assertUntouched(MessageOutcome.Signed outcome, String rule) {
        assertThat(outcome.decision().rule()).isEqualTo(rule);
        assertThat(outcome.decision().verdict()).isInstanceOf(Verdict.Accept.class);
        assertThat(outcome.signedBy()).isEmpty();
        assertThat(outcome.edits()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "local"})
    void mailOfThisMachineIsSignedAlsoAfterALocalFilter(String client) {
        assertThat(send("", client, "", "").signedBy()).hasSize(1);
        assertThat(send("", client, "", "", FILTERED).signedBy()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "local"})
    void judgedOrForeignMailIsNotSignedAndPassesUnchanged(String client) {
        assertUntouched(send("", client, "", "", JUDGED), "already-judged");
        assertUntouched(
                send("", client, "", "", HeaderField.of("X-Countersign-Verdict", " quarantine; rule=x")),
                "already-judged");
        assertUntouched(send("", client, "", "", ELSEWHERE), "not-from-this-machine");
        assertUntouched(send("", client, "", "", FILTERED, ELSEWHERE), "not-from-this-machine");
        assertUntouched(send("local: true", client, "", "", FILTERED, ELSEWHERE), "not-from-this-machine");
    }

    @Test
    void mailOfThisMachineIsNeverRefusedForAHazard() {
        MessageOutcome.Signed own = send("", "127.0.0.1", "", "");
        assertThat(own.hazards()).contains(TransportHazard.MISSING_MESSAGE_ID);
        assertThat(own.decision().verdict()).isInstanceOf(Verdict.Accept.class);
        assertThat(send("", "127.0.0.1", "alice", "").decision().verdict()).isInstanceOf(Verdict.Reject.class);
    }

    @Test
    void resultsOfOtherSystemsDoNotCount() {
        HeaderField theirs = HeaderField.of("Authentication-Results", " elsewhere.example; dmarc=pass");
        assertThat(send("", "127.0.0.1", "", "", theirs).signedBy()).hasSize(1);
    }

    @Test
    void aListedLoopbackNetworkIsSignedForExceptForJudgedMail() {
        String when = "networks: [127.0.0.0/8]";
        assertThat(send(when, "127.0.0.1", "", "", FILTERED, ELSEWHERE, ID).signedBy())
                .hasSize(1);
        assertUntouched(send(when, "127.0.0.1", "", "", ELSEWHERE, JUDGED), "already-judged");
    }

    @Test
    void aLoginOrAListedServiceIsTrusted() {
        for (MessageOutcome.Signed outcome : List.of(
                send("", "127.0.0.1", "alice", "", ELSEWHERE, JUDGED, ID),
                send("", "127.0.0.1", "", "ORIGINATING", ELSEWHERE, JUDGED, ID),
                send("networks: [192.0.2.0/24]", "192.0.2.1", "", "", ELSEWHERE, JUDGED, ID))) {
            assertThat(outcome.signedBy()).hasSize(1);
            assertThat(outcome.edits()).contains(new HeaderEdit.Remove("Authentication-Results", 1));
        }
    }
}
