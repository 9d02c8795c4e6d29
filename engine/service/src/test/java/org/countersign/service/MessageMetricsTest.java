package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.valid;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MessageMetrics;
import org.countersign.MessageOutcome;
import org.countersign.MessageOutcome.PassedThrough;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.config.Configuration;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.metrics.Label;
import org.countersign.metrics.Metric;
import org.countersign.metrics.MetricRegistry;
import org.countersign.metrics.Reading;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;

class MessageMetricsTest {
    private static final Metric RESULTS = Metric.counter("countersign_results_total", "compared by name only");
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("other.example", "v=spf1 -all")
            .txt("_dmarc.example.org", "v=DMARC1; p=reject")
            .build();

    private final MetricRegistry registry = new MetricRegistry();
    private final MessageMetrics metrics = new MessageMetrics(registry);

    private static MessageOutcome outcome(Optional<String> user) {
        Configuration configuration = valid("""
            signing:
              keys:
                - { domain: example.org, selector: s1, key-file: any }
              key-guard: { check-every: 0s }
            """);
        CountersignEngine engine = EngineFactory.engine(
                configuration,
                TestPolicies.signing(configuration, unused -> TestKeys.ED25519),
                ZONE,
                InstantSource.system(),
                (identity, state) -> {});
        SmtpTransaction transaction = new SmtpTransaction(
                new Client.Ip(IpNetwork.parseAddress("192.0.2.1").orElseThrow(), ""),
                "helo.example",
                ReversePath.parse("a@other.example"),
                user,
                "",
                "mx.example");
        try (MessageSession mail = engine.open(transaction)) {
            mail.header(HeaderField.of("From", " a@example.org"));
            mail.endOfHeaders();
            return mail.conclude();
        }
    }

    private static MessageOutcome inbound() {
        return outcome(Optional.empty());
    }

    private static MessageOutcome outbound() {
        return outcome(Optional.of("a@example.org"));
    }

    private void count(MessageOutcome outcome) {
        metrics.count(outcome, 5_000_000, 1_000_000, 400);
    }

    /** The values of a metric that are not zero, as in the text format. */
    private List<String> changed(String metric) {
        return registry.readings().stream()
                .filter(reading -> reading.metric().name().equals(metric))
                .filter(reading -> number(reading) > 0)
                .map(reading -> String.join(
                                " ",
                                reading.labels().stream()
                                        .map(label -> label.name() + "=" + label.value())
                                        .toList())
                        + " " + number(reading))
                .toList();
    }

    private static long number(Reading reading) {
        return switch (reading.value()) {
            case Reading.Amount(long amount) -> amount;
            case Reading.Durations durations -> durations.count();
        };
    }

    @Test
    void inboundMailIsCountedByResultsDecisionAndDuration() {
        count(inbound());
        assertThat(changed(RESULTS.name()))
                .containsExactly(
                        "method=arc result=none 1",
                        "method=dkim result=none 1",
                        "method=dmarc result=fail 1",
                        "method=spf-helo result=none 1",
                        "method=spf result=fail 1");
        assertThat(changed(MessageMetrics.DECISIONS.name())).containsExactly("verdict=accept 1");
        assertThat(changed(MessageMetrics.SUPPRESSED.name())).containsExactly("verdict=reject 1");
        assertThat(changed(MessageMetrics.RULES.name())).containsExactly("rule=dmarc-reject 1");
        assertThat(changed(MessageMetrics.DURATION.name())).containsExactly("flow=inbound 1");
        assertThat(changed(MessageMetrics.DECISION.name())).containsExactly("flow=inbound 1");
        assertThat(changed(MessageMetrics.BODY_BYTES.name())).containsExactly(" 400");
        assertThat(changed(MessageMetrics.SIGNING.name())).isEmpty();
    }

    @Test
    void outboundMailIsCountedByTheKeyThatSigned() {
        count(outbound());
        count(outbound());
        assertThat(changed(MessageMetrics.SIGNATURES.name())).containsExactly("domain=example.org selector=s1 2");
        assertThat(changed(MessageMetrics.SIGNING.name())).containsExactly("rule=signed 2");
        assertThat(changed(MessageMetrics.DURATION.name())).containsExactly("flow=outbound 2");
        assertThat(changed(MessageMetrics.DECISIONS.name())).isEmpty();
    }

    @Test
    void otherMailIsCountedByTheReason() {
        count(new PassedThrough(PassedThrough.Reason.SKIP_NETWORK));
        assertThat(changed(MessageMetrics.PASSED.name())).containsExactly("reason=skip-network 1");
        assertThat(changed(MessageMetrics.DURATION.name())).containsExactly("flow=internal 1");
    }

    @Test
    void theNumberOfRulesAndKeysWithMetricsOfTheirOwnIsBounded() {
        int many = 3 * MessageMetrics.MAX_NAMES;
        IntStream.range(0, many).forEach(i -> {
            metrics.prepareRule("rule-" + i);
            metrics.prepareKey(DomainName.of("d" + i + ".example"), "s");
        });
        count(inbound());
        count(outbound());
        assertThat(changed(MessageMetrics.RULES.name())).containsExactly("rule=other 1");
        assertThat(changed(MessageMetrics.SIGNATURES.name())).containsExactly("domain=other selector=other 1");
        for (Metric bounded : List.of(MessageMetrics.RULES, MessageMetrics.SIGNATURES)) {
            assertThat(registry.readings())
                    .filteredOn(reading -> reading.metric().equals(bounded))
                    .hasSize(MessageMetrics.MAX_NAMES + 1);
        }
    }

    @Test
    void rulesAndKeysHaveMetricsBeforeTheyAreUsed() {
        metrics.prepareRule("mine");
        metrics.prepareKey(DomainName.of("example.org"), "s1");
        assertThat(registry.readings())
                .contains(
                        new Reading(MessageMetrics.RULES, List.of(new Label("rule", "mine")), new Reading.Amount(0)),
                        new Reading(
                                MessageMetrics.SIGNATURES,
                                List.of(new Label("domain", "example.org"), new Label("selector", "s1")),
                                new Reading.Amount(0)));
    }

    @Test
    void countingAllocatesNoMemory() {
        List<MessageOutcome> outcomes =
                List.of(inbound(), outbound(), new PassedThrough(PassedThrough.Reason.LOCAL_CLIENT));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        // The first rounds load classes.
        for (int round = 0; round < 3; round++) {
            before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                for (int j = 0; j < outcomes.size(); j++) {
                    metrics.count(outcomes.get(j), i * 1_000L, i * 100L, i);
                }
            }
        }
        // One object for each message would be 480,000 bytes.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    @Test
    void withoutAReaderNothingIsMeasured() {
        assertThat(MessageMetrics.NONE.isOn()).isFalse();
        assertThat(metrics.isOn()).isTrue();
        MessageMetrics.NONE.count(inbound(), 1, 1, 1);
    }
}
