package org.countersign.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.countersign.MessageOutcome;
import org.countersign.arc.ArcChain;
import org.countersign.arc.ArcSet;
import org.countersign.archive.StoredMessage;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.AuthservSettings;
import org.countersign.inbound.LocalHeadersFactory;
import org.countersign.policy.Finding;
import org.countersign.policy.ResultKeyword;
import org.countersign.policy.RuleContext;
import org.countersign.policy.UnknownFact;
import org.countersign.smtp.HeaderEdit;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.testing.ConformanceRun;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.api.Test;

/** What the engine writes into a delivered message is read back as the facts that it decided by. */
class RecordedResultsTest {
    private static final LocalHeadersFactory NAMES =
            new LocalHeadersFactory(new AuthservSettings(ConformancePack.RECEIVING_HOST, List.of(), false), false);

    /** A message of the pack as a mailbox has it: with the results on top, and then the field of the mail server. */
    private static StoredMessage delivered(ConformanceCase vector, MessageOutcome.Judged outcome) {
        StringBuilder top = new StringBuilder(
                "Return-Path: <" + vector.smtp().mailFrom().replace("<", "").replace(">", "") + ">\r\n");
        vector.smtp()
                .recipients()
                .forEach(recipient -> top.append("Delivered-To: ")
                        .append(recipient.replace("<", "").replace(">", ""))
                        .append("\r\n"));
        outcome.edits().reversed().stream()
                .filter(HeaderEdit.Prepend.class::isInstance)
                .map(edit -> ((HeaderEdit.Prepend) edit).field())
                .forEach(field -> top.append(field.name())
                        .append(':')
                        .append(field.value().latin1())
                        .append("\r\n"));
        top.append("Received: from ")
                .append(vector.smtp().helo())
                .append(" (")
                .append(vector.smtp().helo())
                .append(" [")
                .append(vector.smtp().ip().indexOf(':') >= 0 ? "IPv6:" : "")
                .append(vector.smtp().ip())
                .append("])\r\n\tby ")
                .append(ConformancePack.RECEIVING_HOST)
                .append(" with ESMTPS id 1; Mon, 23 Nov 2026 12:00:00 +0000\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(top.toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(vector.octets());
        return new StoredMessage("mail.eml", OptionalInt.empty(), Octets.wrap(all.toByteArray()), true, "");
    }

    private static Stream<ConformanceCase> inbound() {
        return ConformancePack.load().stream()
                .filter(vector -> vector.smtp().authenticatedUser().isEmpty());
    }

    @Test
    void theRulesDecideByRecordedResultsAsTheyDidOnArrival() {
        List<String> compared = inbound()
                .filter(vector -> {
                    MessageOutcome.Judged outcome = ConformanceRun.outcome(vector);
                    Optional<Evidence> evidence =
                            RecordedEvidence.of(StoredMail.of(delivered(vector, outcome), List.of()), NAMES, false);
                    boolean persistent = outcome.facts().persistentTemperror();
                    if (evidence.isEmpty() || persistent || outcome.facts().tooManyForged()) {
                        return false;
                    }
                    Judgement judgement =
                            Judgement.of(evidence.get(), outcome.policy().rules());
                    assertThat(judgement.rule().name())
                            .as("%s: %s", vector.id(), evidence.get())
                            .isEqualTo(outcome.decision().rule());
                    // There may be recipients that the fields do not tell.
                    assertThat(judgement.isCertain() || vector.policy().isPresent())
                            .as("%s: %s", vector.id(), judgement.explain())
                            .isTrue();
                    return true;
                })
                .map(ConformanceCase::id)
                .toList();
        assertThat(compared).hasSizeGreaterThan(50);
    }

    @Test
    void theFactsAreThoseOfTheArrival() {
        inbound().forEach(vector -> {
            MessageOutcome.Judged outcome = ConformanceRun.outcome(vector);
            RuleContext then = RuleContext.of(outcome.facts());
            Optional<Evidence> evidence =
                    RecordedEvidence.of(StoredMail.of(delivered(vector, outcome), List.of()), NAMES, false);
            if (evidence.isEmpty()) {
                // A failure whose policy is not known, or a message whose first line a mailbox joins with the field
                // above it. They must be evaluated again.
                assertThat((then.dmarc().result() == ResultKeyword.FAIL
                                        && then.dmarc().applied().isEmpty())
                                || Ascii.isWsp(vector.octets()[0]))
                        .as(vector.id())
                        .isTrue();
                return;
            }
            RuleContext now = evidence.get().facts();
            assertThat(now.spf()).as(vector.id()).isEqualTo(then.spf());
            assertThat(now.dkim()).as(vector.id()).containsExactlyInAnyOrderElementsOf(then.dkim());
            assertThat(now.dmarc().result())
                    .as(vector.id())
                    .isEqualTo(then.dmarc().result());
            assertThat(now.dmarc().applied())
                    .as(vector.id())
                    .isEqualTo(then.dmarc().applied());
            assertThat(now.arc()).as(vector.id()).isEqualTo(then.arc());
            assertThat(now.author()).as(vector.id()).isEqualTo(then.author());
            assertThat(now.identities()).as(vector.id()).isEqualTo(then.identities());
            assertThat(now.connection().client())
                    .as(vector.id())
                    .isEqualTo(then.connection().client());
            assertThat(now.chain().stream().flatMap(RecordedResultsTest::proven))
                    .as(vector.id())
                    .containsExactlyElementsOf(then.chain().stream()
                            .flatMap(RecordedResultsTest::proven)
                            .toList());
        });
    }

    /** The evidence of a message to which the mail server of this site added these results. */
    private static Evidence recorded(String results) {
        String message = "Authentication-Results: " + ConformancePack.RECEIVING_HOST + "; " + results
                + """
                \r
                Received: from out.example.org (out.example.org [192.0.2.1])\r
                \tby %s with ESMTPS id 1; Mon, 23 Nov 2026 12:00:00 +0000\r
                From: Alice <alice@example.org>\r
                \r
                Hello\r
                """.formatted(ConformancePack.RECEIVING_HOST);
        StoredMessage stored = new StoredMessage("mail.eml", OptionalInt.empty(), Octets.latin1(message), true, "");
        return RecordedEvidence.of(StoredMail.of(stored, List.of()), NAMES, true)
                .orElseThrow();
    }

    @Test
    void anEmptyMailFromInTheResultsIsTheNullReversePath() {
        Evidence evidence = recorded("spf=pass smtp.mailfrom=\"\" smtp.helo=out.example.org");
        assertThat(evidence.unknown()).doesNotContain(UnknownFact.MAIL_FROM, UnknownFact.MAIL_FROM_LOCAL_PART);
        assertThat(evidence.facts().envelope().mailFrom()).isInstanceOf(ReversePath.Null.class);
        assertThat(recorded("spf=pass smtp.mailfrom=example.org")
                        .facts()
                        .envelope()
                        .mailFrom())
                .isInstanceOf(ReversePath.Address.class);
    }

    @Test
    void aMailFromWithoutADomainIsNoNullReversePathWhateverHeloHas() {
        Evidence evidence = recorded("spf=none; spf=pass smtp.helo=out.example.org");
        assertThat(evidence.unknown()).contains(UnknownFact.MAIL_FROM).doesNotContain(UnknownFact.SPF);
        assertThat(evidence.facts().spf()).isEqualTo(new Finding(ResultKeyword.NONE, Optional.empty()));
    }

    @Test
    void theResultForHeloNeverCountsAsThatForMailFrom() {
        // RFC 8601 §4.1: a result that is not understood is ignored.
        Evidence evidence = recorded("spf=policy smtp.mailfrom=example.org; spf=pass smtp.helo=out.example.org");
        assertThat(evidence.unknown()).contains(UnknownFact.SPF);
        assertThat(recorded("spf=pass smtp.helo=out.example.org").unknown()).doesNotContain(UnknownFact.SPF);
    }

    @Test
    void theDeclaredPolicyOfAFailureIsUnknownIfTheAppliedOneIs() {
        assertThat(recorded("dmarc=fail header.from=example.org").unknown()).contains(UnknownFact.DECLARED_POLICY);
        assertThat(recorded("dmarc=fail header.from=example.org policy.dmarc=reject")
                        .unknown())
                .doesNotContain(UnknownFact.DECLARED_POLICY);
    }

    /** What a chain proves about the message: each sealer with its results, and whether its signature verified. */
    private static Stream<String> proven(ArcChain chain) {
        return chain.sets().stream()
                .map(set -> set.sealer() + " " + set.resultsField().latin1() + " "
                        + (set.content() == ArcSet.Content.INTACT));
    }
}
