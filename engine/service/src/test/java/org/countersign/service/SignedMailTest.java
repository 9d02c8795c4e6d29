package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.valid;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.config.Configuration;
import org.countersign.config.KeyEntry;
import org.countersign.dkim.DkimLimits;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimVerification;
import org.countersign.dkim.DkimVerifier;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.keys.SigningKey;
import org.countersign.policy.Verdict;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.ManualClock;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A policy file leads to signatures that verify. */
class SignedMailTest {
    private static final String POLICY = """
        mode: enforce
        signing:
          author-not-allowed: reject
          allow:
            - { users: ["*@example.org", news], authors: ["*"] }
          keys:
            - { domain: example.org, selector: r, key-file: rsa }
            - { domain: example.org, selector: e, key-file: ed25519 }
            - { domain: old.example, selector: o1, key-file: rsa, retire-after: 2026-06-30 }
            - { domain: old.example, selector: o2, key-file: rsa, active-from: 2026-06-15 }
            - { domain: ended.example, selector: s, key-file: rsa, retire-after: 2020-01-01 }
            - { domain: esp.example, selector: p, name: esp, key-file: ed25519 }
          table:
            - { author: [private@example.org], keys: [] }
            - { recipient: [tickets.example.net], keys: [] }
            - { author: [relayed@example.org], keys: [e._domainkey.example.org], leave-unsigned: [Message-ID, Date] }
            - { author: [boss@example.org], keys: [e._domainkey.example.org], auid: author, expires-after: 1d }
            - { author: [".example.org"], keys: [r._domainkey.example.org], auid: author }
            - { mail-from: [bounces.example], keys: [esp], canonicalization: simple/simple }
            - { user: [news], keys: [esp], oversign: [X-Campaign] }
        """;

    private final ManualClock clock = ManualClock.started();
    private final List<SigningIdentity> published = new ArrayList<>();
    private final CountersignEngine engine = engine();

    private CountersignEngine engine() {
        Configuration configuration = valid(POLICY);
        configuration
                .signing()
                .keys()
                .forEach(key -> published.add(new SigningIdentity(key.domain(), key.selector(), key(key))));
        return EngineFactory.engine(
                configuration,
                TestPolicies.signing(configuration, SignedMailTest::key),
                StaticZone.builder().build(),
                clock,
                (identity, state) -> {});
    }

    private static SigningKey key(KeyEntry reference) {
        return reference.keyFile().equals("rsa") ? TestKeys.RSA : TestKeys.ED25519;
    }

    private MessageOutcome.Signed send(TestMessage message, String mailFrom, String user, String... recipients) {
        SmtpTransaction transaction = new SmtpTransaction(
                new Client.Ip(IpNetwork.parseAddress("192.0.2.7").orElseThrow(), ""),
                "laptop",
                ReversePath.parse(mailFrom),
                Optional.of(user),
                "",
                "mx.example.org");
        try (MessageSession flow = engine.open(transaction)) {
            List.of(recipients).forEach(flow::recipient);
            message.headers().fields().forEach(flow::header);
            flow.endOfHeaders();
            byte[] body = message.body().toByteArray();
            flow.body(body, 0, body.length);
            return (MessageOutcome.Signed) flow.conclude();
        }
    }

    private MessageOutcome.Signed send(String from, String mailFrom, String user) {
        return send(message(from), mailFrom, user);
    }

    @Test
    void oneRecipientIsEnoughForAnEntryOfRecipients() {
        TestMessage message = message("u@example.org");
        assertThat(send(message, "u@example.org", "u@example.org", "a@example.net", "<b@Tickets.Example.Net>")
                        .signedBy())
                .isEmpty();
        assertThat(send(message, "u@example.org", "u@example.org", "a@example.net", "b@x.tickets.example.net")
                        .signedBy())
                .hasSize(2);
        assertThat(send(message, "u@example.org", "u@example.org").signedBy()).hasSize(2);
    }

    @Test
    void aFieldLeftUnsignedMayBeRewrittenAndAnotherMayNot() {
        TestMessage message =
                TestMessage.parse("From: relayed@example.org\nMessage-ID: <a@b>\nSubject: Hello\n\nHello\n");
        TestMessage signed = edited(message, send(message, "u@example.org", "u@example.org"));
        assertThat(verify(signed.withFieldAt(2, field("Message-ID: <c@d>"))))
                .allMatch(DkimResult.Pass.class::isInstance);
        assertThat(verify(signed.withFieldAt(3, field("Subject: Goodbye"))))
                .noneMatch(DkimResult.Pass.class::isInstance);
    }

    private static HeaderField field(String text) {
        return TestMessage.parse(text + "\n\n").headers().fields().getFirst();
    }

    private static TestMessage message(String from) {
        return TestMessage.parse("From: " + from + "\nSubject: Hello\nX-Campaign: 7\n\nHello\n");
    }

    private List<DkimResult> verify(TestMessage message) {
        StaticZone.Builder zone = StaticZone.builder();
        published.forEach(key -> zone.txt(key.keyName().toString(), key.key().publicKeyRecord()));
        DkimVerification verification = new DkimVerifier(DkimLimits.DEFAULT, clock)
                .begin(message.headers(), new MessageLookups(zone.build(), 100, Instant.MAX), Runnable::run);
        verification.body(message.body().toByteArray(), 0, message.body().length());
        return verification.finish();
    }

    private static TestMessage edited(TestMessage message, MessageOutcome.Signed outcome) {
        TestMessage edited = message;
        for (HeaderEdit edit : outcome.edits()) {
            if (edit instanceof HeaderEdit.Prepend(HeaderField field)) {
                edited = edited.withFieldOnTop(field);
            }
        }
        return edited;
    }

    @ParameterizedTest
    @CsvSource({
        "a@example.org, a@example.org, a@example.org, r e",
        "boss@example.org, a@example.org, a@example.org, e",
        "a@sub.example.org, a@example.org, a@example.org, r",
        "a@elsewhere.example, b@bounces.example, a@example.org, p",
        "a@elsewhere.example, a@elsewhere.example, news, p",
        "a@old.example, <>, a@example.org, o1",
    })
    void everyKindOfEntrySignsAndTheSignaturesVerify(String from, String mailFrom, String user, String selectors) {
        TestMessage message = message(from);
        MessageOutcome.Signed outcome = send(message, mailFrom, user);

        assertThat(outcome.decision().rule()).isEqualTo("signed");
        assertThat(outcome.signedBy()).extracting(SigningIdentity::selector).containsExactly(selectors.split(" ", -1));
        List<DkimResult> results = verify(edited(message, outcome));
        assertThat(results).hasSameSizeAs(outcome.signedBy()).allMatch(DkimResult.Pass.class::isInstance);
    }

    @Test
    void theSettingsOfAnEntryApplyToItsSignatures() {
        String boss = signature(send("boss@example.org", "<>", "a@example.org"));
        assertThat(boss)
                .contains(" i=boss@example.org;", " x=" + (clock.instant().getEpochSecond() + 86_400) + ";");
        assertThat(signature(send("a@sub.example.org", "<>", "a@example.org")))
                .contains(" d=example.org;", " i=a@sub.example.org;")
                .doesNotContain(" x=");
        assertThat(signature(send("a@elsewhere.example", "b@bounces.example", "a@example.org")))
                .contains(" c=simple/simple;", " d=esp.example;")
                .doesNotContain(" i=");
        assertThat(signature(send("a@elsewhere.example", "<>", "news"))).contains("X-Campaign:X-Campaign");
    }

    private static String signature(MessageOutcome.Signed outcome) {
        return outcome.edits().stream()
                .filter(HeaderEdit.Prepend.class::isInstance)
                .map(edit -> ((HeaderEdit.Prepend) edit).field().raw().latin1().replace("\r\n", ""))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void keysReplaceEachOtherByTheirDates() {
        assertThat(selectors("a@old.example")).containsExactly("o1");
        clock.set(Instant.parse("2026-06-15T00:00:00Z"));
        assertThat(selectors("a@old.example")).containsExactly("o2");
        clock.set(Instant.parse("2026-07-01T00:00:00Z"));
        assertThat(selectors("a@old.example")).containsExactly("o2");
        assertThat(send("a@ended.example", "<>", "a@example.org").decision().rule())
                .isEqualTo("no-active-key");
    }

    private List<String> selectors(String from) {
        return send(from, "<>", "a@example.org").signedBy().stream()
                .map(SigningIdentity::selector)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "private@example.org, a@example.org, signing-entry-without-keys, accept",
        "a@elsewhere.example, a@example.org, no-signing-entry, accept",
        "a@example.org, mallory@elsewhere.example, author-not-allowed, reject",
        "a@sub.example.org, mallory, author-not-allowed, reject",
    })
    void unsignedMailHasANamedReason(String from, String user, String rule, String verdict) {
        MessageOutcome.Signed outcome = send(from, "<>", user);
        assertThat(outcome.decision().rule()).isEqualTo(rule);
        assertThat(outcome.decision().verdict().keyword()).isEqualTo(verdict);
        assertThat(outcome.signedBy()).isEmpty();
        assertThat(outcome.edits()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: a@example.org\nFrom: a@example.org\n\nx\n",
                "From: a@example.org, b@elsewhere.example\n\nx\n",
                "From: a@example.org\nfrom : b@elsewhere.example\n\nx\n",
                "From: \"b@elsewhere.example\" <a@example.org> c@example.net\n\nx\n",
            })
    void aMessageWithAnAmbiguousAuthorIsNeverSigned(String text) {
        MessageOutcome.Signed outcome = send(TestMessage.parse(text), "a@example.org", "a@example.org");
        assertThat(outcome.decision().rule()).isEqualTo("ambiguous-author");
        assertThat(outcome.lacksAuthor()).isTrue();
        assertThat(outcome.decision().verdict()).isInstanceOf(Verdict.Accept.class);
        assertThat(outcome.edits()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Subject: x\n\nx\n", "From: MAILER-DAEMON <>\n\nx\n", "From: Automated:;\n\nx\n"})
    void aMessageWithoutAnAuthorIsNotSigned(String text) {
        MessageOutcome.Signed outcome = send(TestMessage.parse(text), "<>", "a@example.org");
        assertThat(outcome.decision().rule()).isEqualTo("no-author");
        assertThat(outcome.lacksAuthor()).isTrue();
        assertThat(outcome.edits()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Smith, John <a@example.org>", "a@example.org <a@example.org>", "[Sales] <a@example.org>"})
    void anUnusualSpellingOfOneDomainIsSigned(String from) {
        MessageOutcome.Signed outcome =
                send(TestMessage.parse("From: " + from + "\n\nx\n"), "a@example.org", "a@example.org");
        assertThat(outcome.signedBy()).isNotEmpty();
        assertThat(outcome.lacksAuthor()).isFalse();
    }
}
