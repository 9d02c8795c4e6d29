package org.countersign.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.CountersignEngine;
import org.countersign.MessageLimits;
import org.countersign.MessageMetrics;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.crypto.RsaEngine;
import org.countersign.dns.DnsTrace;
import org.countersign.dns.StaticZone;
import org.countersign.inbound.TemperrorTable;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.MetricRegistry;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.session.MacroValues;
import org.countersign.milter.session.MessageTransaction;
import org.countersign.milter.testing.Commands;
import org.countersign.milter.testing.InMemoryConnection;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.MilterReply;
import org.countersign.service.EngineFactory;
import org.countersign.signing.SigningPolicy;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MemoryBudget;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineFilterTest {
    private final EngineFilter filter = new EngineFilter(
            EngineFactory.engine(
                    Configuration.DEFAULT,
                    SigningPolicy.NOTHING,
                    StaticZone.builder().build(),
                    InstantSource.system(),
                    (key, state) -> {}),
            finished -> {},
            InstantSource.system());

    @Test
    void aMailServerThatWaitsForRepliesLearnsOfAnExhaustedBudgetAtOnce() {
        List<FinishedMessage> finished = new ArrayList<>();
        CountersignEngine engine = EngineFactory.engine(
                Configuration.DEFAULT,
                SigningPolicy.NOTHING,
                Optional.empty(),
                StaticZone.builder().build(),
                InstantSource.system(),
                (key, state) -> {},
                new EngineFactory.SharedState(
                        new MemoryBudget(1000),
                        RsaEngine.jca(),
                        new TemperrorTable(InstantSource.system(), found -> {})));
        MetricRegistry metrics = new MetricRegistry();
        EngineFilter full = new EngineFilter(
                () -> engine,
                MessageLimits.DEFAULT::deadline,
                finished::add,
                InstantSource.system(),
                new MessageMetrics(metrics));
        try (InMemoryConnection connection = new InMemoryConnection(full).connectedWithAllReplies()) {
            assertThat(connection.send(Commands.mail("<a@client.example>")))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            MilterReply.ReplyCode.class,
                            reply -> assertThat(reply.text().enhancedCode()).isEqualTo("4.3.2"));
        }
        assertThat(finished)
                .singleElement()
                .satisfies(message ->
                        assertThat(message.outcome().decision().rule()).isEqualTo("overloaded"));
        assertThat(metrics.value(MessageMetrics.RULES, new Label("rule", "overloaded")))
                .isEqualTo(1);
        assertThat(engine.memory().used()).isZero();
    }

    @Test
    void aConfirmedClientNameIsInTheResults() {
        assertThat(results(ClientAddress.parseIp("2001:db8::1", 25), "mail.client.example"))
                .endsWith(" iprev=pass (mail.client.example) policy.iprev=\"2001:db8::1\"");
    }

    @Test
    void anUnconfirmedClientNameIsNotInTheResults() {
        assertThat(results(ClientAddress.parseIp("192.0.2.1", 25), "unknown")).doesNotContain("iprev");
        assertThat(results(ClientAddress.parseIp("192.0.2.1", 25), "[192.0.2.1]"))
                .doesNotContain("iprev");
        assertThat(results(new ClientAddress.Unknown(), "mail.client.example")).doesNotContain("iprev");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "0.0.0.0", "::", "IPv6:::", "", "localhost", "192.0.2.1.5"})
    void aClientWithoutAnAddressIsCheckedWithoutSpf(String address) {
        List<HeaderField> added = added(judged(ClientAddress.parseIp(address, 25), "unknown", """
                mode: enforce
                inbound: { received-spf: true }
                """));

        assertThat(added)
                .singleElement()
                .satisfies(field -> assertThat(unfolded(field))
                        .contains("spf=none smtp.mailfrom=client.example")
                        .contains("dkim=none")
                        .contains("dmarc=none")
                        .contains("arc=none")
                        .doesNotContain("remote-ip")
                        .doesNotContain("0.0.0.0"));
    }

    @Test
    void aClientWithoutAnAddressIsNotLocal() {
        assertThat(judged(new ClientAddress.Unknown(), "unknown", "mode: enforce\nprotect: [client.example]\n")
                        .verdict())
                .isInstanceOf(FilterVerdict.Refuse.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "0.0.0.0", ""})
    void aClientOfTheNetworkIsNotLocalByItsName(String address) {
        assertThat(judged(ClientAddress.parseIp(address, 25), "localhost", "mode: enforce\nprotect: [client.example]\n")
                        .verdict())
                .isInstanceOf(FilterVerdict.Refuse.class);
    }

    @Test
    void mailOfTheLocalMachineIsNotChecked() {
        for (ClientAddress address : List.of(new ClientAddress.Local("/run/socket"), new ClientAddress.Unknown())) {
            FilterDecision decision = judged(address, "localhost", "mode: enforce\nprotect: [client.example]\n");
            assertThat(decision.verdict()).isEqualTo(new FilterVerdict.Accept());
            assertThat(added(decision)).isEmpty();
        }
    }

    @Test
    void theMailServerHoldsQuarantinedMailIfThePolicySaysSo() {
        assertThat(verdict("quarantine: hold", "quarantine"))
                .isInstanceOfSatisfying(
                        FilterVerdict.Quarantine.class,
                        held -> assertThat(held.reason()).startsWith("r: "));
        assertThat(verdict("quarantine: mark", "quarantine")).isEqualTo(new FilterVerdict.Accept());
    }

    @Test
    void discardDropsAndTagAccepts() {
        assertThat(verdict("", "discard")).isEqualTo(new FilterVerdict.Discard());
        assertThat(verdict("", "tag")).isEqualTo(new FilterVerdict.Accept());
    }

    @Test
    void keepsTheFirstRecipientsAndTheFirstMessageIdWithinBounds() {
        List<FinishedMessage> finished = new ArrayList<>();
        EngineFilter keeping = new EngineFilter(
                EngineFactory.engine(
                        Configuration.DEFAULT,
                        SigningPolicy.NOTHING,
                        StaticZone.builder().build(),
                        InstantSource.system(),
                        (key, state) -> {}),
                finished::add,
                InstantSource.system());
        Envelope envelope = new Envelope(
                new ClientAddress.Unknown(), "", "helo", "a@client.example", List.of(), new MacroValues(Map.of()));
        try (MessageTransaction message = keeping.begin(envelope)) {
            for (int i = 0; i < AcceptedRecipients.MAX_KEPT + 5; i++) {
                message.recipient("x".repeat(AcceptedRecipients.MAX_LENGTH) + i);
            }
            message.header(HeaderField.of("From", " a@client.example"));
            message.header(HeaderField.of("MESSAGE-id", " <" + "1".repeat(10_000)));
            message.header(HeaderField.of("Message-ID", " <2>"));
            message.endOfHeaders();
            message.finish(envelope.macros());
            message.confirm();
        }
        FinishedMessage kept = finished.getFirst();
        assertThat(kept.recipients().count()).isEqualTo(AcceptedRecipients.MAX_KEPT + 5);
        assertThat(kept.recipients().first())
                .hasSize(AcceptedRecipients.MAX_KEPT)
                .containsOnly("x".repeat(AcceptedRecipients.MAX_LENGTH));
        assertThat(kept.messageId()).hasValue("<" + "1".repeat(FinishedMessage.MAX_MESSAGE_ID - 1));
        assertThat(kept.messageIdField().orElseThrow().size()).isLessThan(4096);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void dnsQueriesAreRecordedOnlyWhenAskedFor(boolean records) {
        List<FinishedMessage> finished = new ArrayList<>();
        CountersignEngine engine = EngineFactory.engine(
                Configuration.DEFAULT,
                SigningPolicy.NOTHING,
                StaticZone.builder().build(),
                InstantSource.system(),
                (key, state) -> {});
        EngineFilter recording = new EngineFilter(
                () -> engine,
                MessageLimits.DEFAULT::deadline,
                finished::add,
                InstantSource.system(),
                MessageMetrics.NONE,
                () -> records);
        Envelope envelope = new Envelope(
                ClientAddress.parseIp("192.0.2.1", 25),
                "unknown",
                "helo",
                "a@client.example",
                List.of(),
                new MacroValues(Map.of()));
        try (MessageTransaction message = recording.begin(envelope)) {
            message.header(HeaderField.of("From", " a@client.example"));
            message.endOfHeaders();
            message.finish(envelope.macros());
            message.confirm();
        }
        DnsTrace trace = finished.getFirst().dns();
        if (records) {
            assertThat(trace.queries())
                    .extracting(query -> query.query().toString())
                    .contains("TXT client.example", "TXT _dmarc.client.example");
        } else {
            assertThat(trace).isSameAs(DnsTrace.NONE);
        }
    }

    @ParameterizedTest
    @CsvSource({"8.17.1.9, true", "8.14.4/8.14.4, true", "Postfix 3.7.11, false", "'', false"})
    void aMailServerOtherThanPostfixCompletesAddressesLater(String version, boolean completes) {
        Envelope envelope = new Envelope(
                ClientAddress.parseIp("192.0.2.1", 25),
                "unknown",
                "helo",
                "",
                List.of(),
                new MacroValues(Map.of("v", version)));
        try (MessageTransaction message = filter("mode: enforce").begin(envelope)) {
            message.header(HeaderField.of("From", " The boss <boss>"));
            message.endOfHeaders();
            assertThat(message.finish(envelope.macros()).verdict() instanceof FilterVerdict.Refuse)
                    .isEqualTo(completes);
        }
    }

    private static FilterDecision judged(ClientAddress address, String name, String policy) {
        Envelope envelope =
                new Envelope(address, name, "localhost", "a@client.example", List.of(), new MacroValues(Map.of()));
        try (MessageTransaction message = filter(policy).begin(envelope)) {
            message.header(HeaderField.of("From", " a@client.example"));
            message.endOfHeaders();
            return message.finish(envelope.macros());
        }
    }

    private static EngineFilter filter(String text) {
        return filter(text, Meter.NONE);
    }

    private static EngineFilter filter(String text, Meter meter) {
        CountersignEngine engine = EngineFactory.engine(
                ((ParsedConfiguration.Valid) ConfigurationParser.parse("mx.yaml", Octets.utf8(text), FrontEnd.NONE))
                        .configuration(),
                SigningPolicy.NOTHING,
                StaticZone.builder().build(),
                InstantSource.system(),
                (key, state) -> {});
        return new EngineFilter(
                () -> engine,
                MessageLimits.DEFAULT::deadline,
                finished -> {},
                InstantSource.system(),
                new MessageMetrics(meter));
    }

    private static FilterVerdict verdict(String policy, String then) {
        MetricRegistry metrics = new MetricRegistry();
        Label label = new Label("verdict", then);
        EngineFilter deciding = filter(
                "mode: enforce\nrules: [{name: r, when: {author: client.example}, then: " + then + "}]\n" + policy,
                metrics);
        Envelope envelope = new Envelope(
                ClientAddress.parseIp("192.0.2.1", 25),
                "",
                "helo",
                "a@client.example",
                List.of(),
                new MacroValues(Map.of()));
        try (MessageTransaction message = deciding.begin(envelope)) {
            message.header(HeaderField.of("From", " a@client.example"));
            message.endOfHeaders();
            FilterVerdict verdict = message.finish(envelope.macros()).verdict();
            assertThat(metrics.value(MessageMetrics.DECISIONS, label)).isZero();
            message.confirm();
            assertThat(metrics.value(MessageMetrics.DECISIONS, label)).isEqualTo(1);
            return verdict;
        }
    }

    private String results(ClientAddress address, String name) {
        Envelope envelope =
                new Envelope(address, name, "helo", "a@client.example", List.of(), new MacroValues(Map.of()));
        try (MessageTransaction message = filter.begin(envelope)) {
            message.header(HeaderField.of("From", " a@client.example"));
            message.endOfHeaders();
            return unfolded(added(message.finish(envelope.macros())).getFirst());
        }
    }

    private static List<HeaderField> added(FilterDecision decision) {
        return decision.edits().stream()
                .filter(HeaderEdit.Prepend.class::isInstance)
                .map(edit -> ((HeaderEdit.Prepend) edit).field())
                .toList();
    }

    private static String unfolded(HeaderField field) {
        return field.value().latin1().replace("\r\n", "");
    }
}
