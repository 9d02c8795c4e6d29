package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.valid;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.MessageMetrics;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.metrics.Label;
import org.countersign.metrics.MetricRegistry;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.junit.jupiter.api.Test;

/** Edits of the header section by rules, and decisions for some of the recipients. */
class RuleEditsTest {
    private static final StaticZone ZONE =
            StaticZone.builder().txt("_dmarc.example.org", "v=DMARC1; p=reject").build();

    private static InboundMessage arrive(String policy, String helo, String... recipients) {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("192.0.2.1").orElseThrow(), "");
        InboundMessage mail = new InboundMessage(
                InboundChecks.of(valid(policy).inbound(), ZONE, InstantSource.system()),
                new SmtpTransaction(
                        client, helo, ReversePath.parse("a@other.example"), Optional.empty(), "", "mx.example"));
        List.of(recipients).forEach(mail::recipient);
        mail.header(HeaderField.of("X-Old", " one"));
        mail.header(HeaderField.of("From", " a@example.org"));
        mail.header(HeaderField.of("x-old", " two"));
        mail.header(HeaderField.of("X-Countersign-Verdict", " accept"));
        mail.endOfHeaders();
        return mail;
    }

    private static List<String> shown(MessageOutcome.Judged outcome) {
        return outcome.edits().stream()
                .map(edit -> switch (edit) {
                    case HeaderEdit.Remove(String name, int instance) -> "- " + name + " " + instance;
                    case HeaderEdit.Prepend(HeaderField field) ->
                        field.is("Authentication-Results")
                                ? "+ results"
                                : "+ " + field.raw().latin1();
                })
                .toList();
    }

    @Test
    void fieldsAddedByARuleAreBelowTheResultsAndRemovedFieldsAreRemovedCompletely() {
        String policy = """
            mode: enforce
            rules:
              - name: tagging
                when: { dmarc: fail }
                then: tag
                add-headers: [{ name: X-New, value: "helo={helo}" }]
                remove-headers: [X-Old]
            """;
        try (InboundMessage mail = arrive(policy, "evil\r\nX-Injected: yes")) {
            assertThat(shown(mail.conclude()))
                    .containsExactly(
                            "- X-Countersign-Verdict 1",
                            "- X-Old 1",
                            "- X-Old 2",
                            "+ results",
                            "+ X-New: helo=evil\\x0d\\x0aX-Injected: yes",
                            "+ X-Countersign-Verdict: tag; rule=tagging");
        }
    }

    @Test
    void inMonitorModeARuleChangesNothing() {
        String policy = """
            rules:
              - { name: tagging, when: { dmarc: fail }, then: tag, remove-headers: [X-Old] }
            """;
        try (InboundMessage mail = arrive(policy, "helo.example")) {
            MessageOutcome.Judged outcome = mail.conclude();
            assertThat(shown(outcome)).containsExactly("- X-Countersign-Verdict 1", "+ results");
            assertThat(outcome.decision().ruled().keyword()).isEqualTo("tag");
        }
    }

    @Test
    void aDecisionCanBeRepeatedForSomeRecipients() {
        String policy = """
            mode: enforce
            rules:
              - { name: abuse-desk, when: { recipient: abuse@example.net, client: 192.0.2.1 }, then: accept }
            """;
        MessageOutcome.Judged both;
        MessageOutcome.Judged one;
        MessageOutcome.Judged other;
        try (InboundMessage mail = arrive(policy, "helo.example", "abuse@example.net", "bob@example.net")) {
            both = mail.conclude();
            one = mail.decideFor(both, List.of("abuse@example.net"));
            other = mail.decideFor(both, List.of("<bob@example.net>"));
        }
        assertThat(both.decision().rule()).isEqualTo("dmarc-reject");
        assertThat(one.decision().rule()).isEqualTo("abuse-desk");
        assertThat(one.facts().envelope().recipients()).containsExactly("abuse@example.net");
        assertThat(other.decision().rule()).isEqualTo("dmarc-reject");
        assertThat(one.lookups()).isEqualTo(both.lookups());
    }

    @Test
    void verdictsRulesAndSuppressedDecisionsAreCounted() {
        MetricRegistry metrics = new MetricRegistry();
        MessageMetrics counters = new MessageMetrics(metrics);
        try (InboundMessage mail = arrive("", "helo.example")) {
            counters.count(mail.conclude(), 0, 0, 0);
        }
        try (InboundMessage mail = arrive("mode: enforce", "helo.example")) {
            counters.count(mail.conclude(), 0, 0, 0);
        }
        counters.count(new MessageOutcome.PassedThrough(MessageOutcome.PassedThrough.Reason.SKIP_NETWORK), 0, 0, 0);
        assertThat(metrics.value(MessageMetrics.DECISIONS, verdict("accept"))).isEqualTo(1);
        assertThat(metrics.value(MessageMetrics.DECISIONS, verdict("reject"))).isEqualTo(1);
        assertThat(metrics.value(MessageMetrics.SUPPRESSED, verdict("accept"))).isZero();
        assertThat(metrics.value(MessageMetrics.SUPPRESSED, verdict("reject"))).isEqualTo(1);
        assertThat(metrics.value(MessageMetrics.RULES, new Label("rule", "dmarc-reject")))
                .isEqualTo(2);
        // Each of the two messages contained one forged result.
        assertThat(metrics.value(MessageMetrics.FORGED)).isEqualTo(2);
    }

    private static Label verdict(String keyword) {
        return new Label("verdict", keyword);
    }
}
