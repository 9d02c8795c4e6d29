package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.countersign.Client;
import org.countersign.MessageLimits;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.dns.StaticZone;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.dns.cache.CachingDnsClient;
import org.countersign.dns.wire.WireDnsClient;
import org.countersign.dns.wire.WireMetrics;
import org.countersign.dns.wire.WireSettings;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.metrics.MetricRegistry;
import org.countersign.policy.Mode;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Forged messages that need more keys at the same time than there is room for queries.
 */
@Timeout(600)
class CrowdedDnsTest {
    private static final int MESSAGES = 100;
    private static final int ARC_SETS = 31;
    private static final String EMPTY_BODY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    private static final StaticZone ZONE = StaticZone.builder()
            .txt("_dmarc.bank.example", "v=DMARC1; p=reject")
            .txt("bank.example", "v=spf1 -all")
            .txt("attacker.example", "v=spf1 +all")
            .build();

    private final Client.Ip client =
            new Client.Ip(IpNetwork.parseAddress("203.0.113.66").orElseThrow(), "");
    private final SmtpTransaction transaction = new SmtpTransaction(
            client,
            "mail.attacker.example",
            ReversePath.parse("x@attacker.example"),
            Optional.empty(),
            "",
            "mx.receiver.example");

    private static List<HeaderField> header(int message) {
        List<HeaderField> fields = new ArrayList<>();
        for (int i = ARC_SETS; i >= 1; i--) {
            String selector = " d=attacker.example; s=m" + message + "i" + i;
            fields.add(HeaderField.of(
                    "ARC-Seal",
                    " i=" + i + "; a=rsa-sha256; cv=" + (i == 1 ? "none" : "pass") + ";" + selector + "s; b=AAAA"));
            fields.add(HeaderField.of(
                    "ARC-Message-Signature",
                    " i=" + i + "; a=rsa-sha256; c=relaxed/relaxed;" + selector + "m; h=from; bh=" + EMPTY_BODY
                            + "; b=AAAA"));
            fields.add(HeaderField.of("ARC-Authentication-Results", " i=" + i + "; attacker.example; none"));
        }
        for (int i = 0; i < 8; i++) {
            fields.add(HeaderField.of(
                    "DKIM-Signature",
                    " v=1; a=rsa-sha256; c=relaxed/relaxed; d=bank.example; s=m" + message + "d" + i + "; h=from; bh="
                            + EMPTY_BODY + "; b=" + "A".repeat(342) + "=="));
        }
        fields.add(HeaderField.of("From", " CEO <ceo@bank.example>"));
        return fields;
    }

    @Test
    void everyMessageFindsThePolicyOfItsAuthor() throws Exception {
        // No query for a key is answered, so that all of them are in flight at the same time.
        try (ZoneServer server = ZoneServer.start(ZONE)
                .faultForAll((query, honest, tcp) ->
                        query.getQuestion().getName().toString().contains("_domainkey")
                                ? Optional.empty()
                                : Optional.of(honest.toWire()))) {
            MetricRegistry metrics = new MetricRegistry();
            WireDnsClient wire = new WireDnsClient(
                    new WireSettings(List.of(server.address()), Duration.ofSeconds(5), false),
                    InstantSource.system(),
                    metrics);
            InboundChecks checks = InboundChecks.of(
                    InboundSettings.DEFAULT
                            .withMode(Mode.ENFORCE)
                            .withLimits(MessageLimits.DEFAULT.withDeadline(Duration.ofMinutes(2))),
                    new CachingDnsClient(wire, CacheSettings.DEFAULT, InstantSource.system()),
                    InstantSource.system());
            List<Future<MessageOutcome.Judged>> outcomes = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < MESSAGES; i++) {
                    List<HeaderField> header = header(i);
                    outcomes.add(threads.submit(() -> judge(checks, header)));
                }
            }

            for (Future<MessageOutcome.Judged> each : outcomes) {
                MessageOutcome.Judged outcome = each.get();
                assertThat(outcome.facts().dmarc().orElseThrow().evidence().published())
                        .isPresent();
                assertThat(outcome.decision().verdict()).isNotInstanceOf(Verdict.Accept.class);
            }
            assertThat(metrics.total(WireMetrics.DROPPED)).as("it was crowded").isPositive();
        }
    }

    private MessageOutcome.Judged judge(InboundChecks checks, List<HeaderField> header) {
        try (InboundMessage mail = new InboundMessage(checks, transaction)) {
            header.forEach(mail::header);
            mail.endOfHeaders();
            return mail.conclude();
        }
    }
}
