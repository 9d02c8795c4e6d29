package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.countersign.dns.StaticZone;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.ops.ExposedMetrics.Family;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What a running service exposes, and the document, the dashboard and the alert rules that name it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class ServiceMetricsTest {
    private static final Path ROOT =
            Path.of(Optional.ofNullable(System.getProperty("countersign.root")).orElse(".."));
    private static final Path MONITORING = ROOT.resolve("milter-bridge/package/src/monitoring");
    // Prometheus adds them to every metric of a target.
    private static final Set<String> OF_TARGETS = Set.of("job", "instance");
    private static final Pattern NAME = Pattern.compile("\\b(?:countersign|jvm|process)_[a-z0-9_]+\\b(?!\\()");
    private static final Pattern SELECTOR =
            Pattern.compile("\\b((?:countersign|jvm|process)_[a-z0-9_]+|up)\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(=~|!~|!=|=)\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring) *\\(([^)]*)\\)");
    private static final Pattern SHOWN = Pattern.compile("\\{\\{ *(?:\\$labels\\.)?([a-z]+) *}}");

    private final ZoneServer dns = ZoneServer.start(
            StaticZone.builder().txt("_dmarc.example.org", "v=DMARC1; p=reject").build());
    private RunningService service;
    private ExposedMetrics fresh;

    /** An expression of PromQL, and where it is from. */
    private record Expression(String place, String text, String labelsShown) {}

    @BeforeAll
    void start(@TempDir Path temp) throws Exception {
        Path key = Files.writeString(temp.resolve("key.pem"), TestKeys.RFC_8463_ED25519_PEM);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        service = RunningService.start(temp, """
            mode: enforce
            dns: { servers: ["127.0.0.1:%d"], timeout: 30s, deadline: 60s }
            signing:
              keys: [{ domain: example.org, selector: s1, key-file: key.pem }]
            rules:
              - { name: my-rule, when: { author: never.example }, then: tag }
            """.formatted(dns.address().getPort()));
        fresh = ExposedMetrics.parse(service.metrics());
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
        dns.close();
    }

    private void deliver(String daemon) throws IOException {
        ListenAddress address = ListenAddress.parse(service.milter()).orElseThrow();
        try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
            client.greet(new MtaSession(
                    "forger.example",
                    ClientAddress.parseIp("192.0.2.7", 0),
                    "forger.example",
                    Map.of("j", "mx.example.org", "daemon_name", daemon)));
            client.deliver(new MtaMessage(
                    "a@example.org",
                    List.of("b@example.net"),
                    Map.of("i", "4Abc"),
                    List.of(HeaderField.of("From", " a@example.org")),
                    Octets.utf8("Hello\r\n")));
        }
    }

    @Test
    void messagesAreCountedUnderMetricsThatExistedBefore() throws Exception {
        deliver("smtpd");
        deliver("ORIGINATING");
        service.await("queue-id=4Abc");
        service.await("queue-id=4Abc");
        String text = service.metrics();
        assertThat(text.lines())
                .contains(
                        "countersign_decisions_total{verdict=\"reject\"} 1.0",
                        "countersign_rule_decisions_total{rule=\"dmarc-reject\"} 1.0",
                        "countersign_results_total{method=\"dmarc\",result=\"fail\"} 1.0",
                        "countersign_signatures_total{domain=\"example.org\",selector=\"s1\"} 1.0",
                        "countersign_signing_key_not_published{domain=\"example.org\",selector=\"s1\"} 1.0",
                        "countersign_signing_keys{state=\"absent\"} 1.0",
                        "countersign_message_seconds_count{flow=\"inbound\"} 1",
                        "countersign_decision_seconds_count{flow=\"outbound\"} 1",
                        "countersign_milter_decided_messages_total 2.0");
        ExposedMetrics later = ExposedMetrics.parse(text);
        assertThat(later.families().keySet()).isEqualTo(fresh.families().keySet());
        later.families().forEach((name, family) -> {
            if (name.startsWith("countersign_")) {
                assertThat(family.labels())
                        .as(name)
                        .isEqualTo(fresh.of(family.samples().iterator().next()).labels());
            }
        });
    }

    @Test
    void theRulesAndKeysOfThePolicyHaveMetricsFromTheStart() {
        assertThat(fresh.of("countersign_rule_decisions_total").labels().get("rule"))
                .contains("my-rule", "dmarc-reject", "default", "other");
        assertThat(fresh.of("countersign_signatures_total").labels())
                .isEqualTo(Map.of("domain", Set.of("example.org", "other"), "selector", Set.of("s1", "other")));
    }

    @Test
    void theServiceIsAliveAndReady() throws Exception {
        assertThat(service.get("/health/live", Map.of()).body()).isEqualTo("alive\n");
        assertThat(service.get("/health/ready", Map.of()).body()).isEqualTo("ready\n");
        assertThat(service.get("/health/live", Map.of()).statusCode()).isEqualTo(200);
    }

    @Test
    void theDocumentListsEveryMetric() throws IOException {
        String document = Files.readString(ROOT.resolve("docs/metrics.md"));
        String head = "| metric | kind | labels | meaning |\n|---|---|---|---|\n";
        assertThat(document).contains(head + fresh.rows("countersign_") + "\n");
        Set<String> labels = new TreeSet<>();
        fresh.families().forEach((name, family) -> {
            if (name.startsWith("countersign_")) {
                labels.addAll(family.labels().keySet());
            }
        });
        labels.removeAll(Set.of("le", "version"));
        String table = document.substring(document.indexOf("| label | values |"));
        assertThat(labels).allSatisfy(label -> assertThat(table).contains("`" + label + "`"));
    }

    @Test
    void everyMetricHasOneLineOfHelp() {
        assertThat(fresh.families())
                .hasSizeGreaterThan(60)
                .allSatisfy((name, family) -> assertThat(family.help()).isNotBlank());
    }

    @Test
    void theDashboardUsesMetricsThatExist() throws IOException {
        List<Expression> expressions = new ArrayList<>();
        for (Object panel : items(load("countersign-dashboard.json"), "panels")) {
            for (Object target : items(panel, "targets")) {
                expressions.add(
                        new Expression(text(panel, "title"), text(target, "expr"), text(target, "legendFormat")));
            }
        }
        assertThat(expressions).hasSizeGreaterThan(40).allSatisfy(this::assertKnown);
    }

    @Test
    void theAlertRulesUseMetricsThatExist() throws IOException {
        List<Expression> expressions = new ArrayList<>();
        for (Object group : items(load("countersign.rules.yml"), "groups")) {
            for (Object rule : items(group, "rules")) {
                assertThat(text(rule, "annotations")).contains("summary=", "description=");
                expressions.add(new Expression(text(rule, "alert"), text(rule, "expr"), text(rule, "annotations")));
            }
        }
        assertThat(expressions).hasSizeGreaterThanOrEqualTo(12).allSatisfy(this::assertKnown);
    }

    private static Optional<Object> value(Object map, String key) {
        return Optional.ofNullable(((Map<?, ?>) map).get(key));
    }

    private static List<?> items(Object map, String key) {
        return (List<?>) value(map, key).orElse(List.of());
    }

    private static String text(Object map, String key) {
        return value(map, key).map(Object::toString).orElse("");
    }

    private static Object load(String file) throws IOException {
        return new Load(LoadSettings.builder().build()).loadFromString(Files.readString(MONITORING.resolve(file)));
    }

    /** Every metric of an expression, every label, and every value of a label that is compared with a fixed text. */
    private void assertKnown(Expression expression) {
        Set<String> known = new TreeSet<>(OF_TARGETS);
        List<String> names = NAME.matcher(expression.text())
                .results()
                .map(MatchResult::group)
                .toList();
        for (String name : names) {
            known.addAll(fresh.of(name).labels().keySet());
        }
        assertThat(names.isEmpty() && !expression.text().startsWith("up{"))
                .as(expression.text())
                .isFalse();
        GROUPING.matcher(expression.text())
                .results()
                .forEach(grouping -> assertThat(known)
                        .as(expression.text())
                        .contains(grouping.group(1).split(" *, *", -1)));
        SHOWN.matcher(expression.labelsShown())
                .results()
                .forEach(shown -> assertThat(known).as(expression.labelsShown()).contains(shown.group(1)));
        SELECTOR.matcher(expression.text())
                .results()
                .forEach(selector -> MATCHER.matcher(selector.group(2))
                        .results()
                        .filter(matcher -> !OF_TARGETS.contains(matcher.group(1)))
                        .forEach(matcher -> {
                            Family family = fresh.of(selector.group(1));
                            assertThat(family.labels()).as(expression.text()).containsKey(matcher.group(1));
                            assertThat(family.labels().get(matcher.group(1)))
                                    .as(expression.text())
                                    .contains(matcher.group(3).split("\\|", -1));
                        }));
    }
}
