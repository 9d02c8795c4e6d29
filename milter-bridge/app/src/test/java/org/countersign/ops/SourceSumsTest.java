package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.countersign.config.Configuration;
import org.countersign.dns.StaticZone;
import org.countersign.metrics.MetricRegistry;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.ReturnedReports;
import org.countersign.reports.receive.ArrivalMetrics;
import org.countersign.reports.receive.ReportReceiver;
import org.countersign.reports.receive.ReportReceiverFactory;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.PolicySource;
import org.countersign.service.log.EngineLog;
import org.countersign.service.log.LogEvent;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.countersign.testing.ManualClock;
import org.countersign.testing.TestKeys;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sums that the views of reports read, while a service runs whose policy file names domains of our own or none. */
class SourceSumsTest {
    private static final Instant NOW = Instant.parse("2026-09-25T10:00:00Z");

    @TempDir
    private Path temp;

    private final ManualClock clock = ManualClock.at(NOW);
    private final List<LogEvent> events = new CopyOnWriteArrayList<>();
    private final MetricRegistry metrics = new MetricRegistry();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final BlockingQueue<List<String>> reloads = new LinkedBlockingQueue<>();
    private String dns = "";

    @BeforeEach
    void startDns() throws Exception {
        ZoneServer server = ZoneServer.start(StaticZone.builder().build());
        open.add(server);
        dns = "dns: { servers: [\"127.0.0.1:" + server.address().getPort() + "\"], timeout: 30s, deadline: 60s }\n";
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private Path write(String policy) throws IOException {
        return Files.writeString(temp.resolve("mx.yaml"), "store: { file: store.db }\n" + dns + policy);
    }

    private PolicySource source(String policy) throws Exception {
        PolicySource source = PolicySource.ofFile(
                write(policy),
                BridgeConfiguration.FRONT_END,
                clock,
                // Only as the test says.
                Duration.ofDays(1),
                new PolicySource.Listener() {
                    @Override
                    public void reloaded(LoadedPolicy before, LoadedPolicy now) {
                        reloads.add(List.of());
                    }

                    @Override
                    public void refused(List<String> problems) {
                        reloads.add(problems);
                    }
                },
                new EngineLog(event -> {}));
        open.add(source);
        return source;
    }

    private SourceSums sums(PolicySource source) {
        return new SourceSums(temp.resolve("mx.yaml"), source::policy, clock, events::add, metrics);
    }

    private void receiveReport(PolicySource source) throws Exception {
        Configuration configuration = source.policy().configuration();
        ReportReceiverFactory factory = ReportReceiverFactory.of(
                temp.resolve("mx.yaml"),
                configuration,
                configuration.extension(ReportsSettings.SECTION).receive(),
                new StoreLocation.File(temp.resolve("store.db")),
                () -> source.policy().dns().cache(),
                clock);
        try (ReportReceiver receiver = factory.receiver(new ReturnedReports(clock), ReportReceiver.Door.HAND, clock)) {
            assertThat(receiver.file("r.xml", REPORT.getBytes(StandardCharsets.UTF_8), List.of()))
                    .singleElement()
                    .satisfies(outcome -> assertThat(outcome.describe()).contains("3 messages"));
        }
    }

    private List<String> summedDomains() throws Exception {
        try (Store store = Store.openForReading(new StoreLocation.File(temp.resolve("store.db")));
                Statement statement = store.connection().createStatement();
                ResultSet rows = statement.executeQuery("SELECT DISTINCT domain FROM report_source_day")) {
            List<String> domains = new ArrayList<>();
            while (rows.next()) {
                domains.add(rows.getString(1));
            }
            return domains;
        }
    }

    @Test
    void withoutDomainsOfOurOwnReportsAreCountedAndNotSummed() throws Exception {
        PolicySource source = source("reports: { collect: true }\n");
        SourceSums sums = sums(source);
        // There is no store yet.
        assertThat(sums.update(0)).isTrue();
        assertThat(temp.resolve("store.db")).doesNotExist();

        receiveReport(source);
        assertThat(sums.update(0)).isTrue();
        assertThat(summedDomains()).isEmpty();
        assertThat(metrics.value(ArrivalMetrics.LATEST)).isEqualTo(NOW.getEpochSecond());
        assertThat(events).isEmpty();
    }

    @Test
    void theFirstDomainMayComeWithAReload() throws Exception {
        PolicySource source = source("reports: { collect: true }\n");
        SourceSums sums = sums(source);
        receiveReport(source);
        assertThat(sums.update(0)).isTrue();

        write("reports: { collect: true }\nprotect: [example.org]\n");
        source.reload();
        assertThat(reloads.poll(60, TimeUnit.SECONDS)).isEqualTo(List.of());
        assertThat(sums.update(0)).isTrue();
        assertThat(summedDomains()).containsExactly("example.org");
        assertThat(events).isEmpty();
    }

    @Test
    void aDomainMayBeInTheSigningTableAlone() throws Exception {
        Path key = Files.writeString(temp.resolve("k.pem"), TestKeys.RFC_8463_ED25519_SEED);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(temp.resolve("domains.table"), "example.org example.org s1 k.pem\n");
        PolicySource source = source("reports: { collect: true }\nsigning: { table-file: domains.table }\n");
        receiveReport(source);

        assertThat(sums(source).update(0)).isTrue();
        assertThat(summedDomains()).containsExactly("example.org");
    }

    private static final String REPORT = """
            <feedback><report_metadata><org_name>receiver.example</org_name><email>dmarc@receiver.example</email>
            <report_id>r1</report_id><date_range><begin>1790121600</begin><end>1790207999</end></date_range></report_metadata>
            <policy_published><domain>example.org</domain><p>none</p></policy_published>
            <record><row><source_ip>192.0.2.10</source_ip><count>3</count><policy_evaluated><disposition>none</disposition>
            <dkim>pass</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>example.org</header_from>
            </identifiers><auth_results><dkim><domain>example.org</domain><selector>s1</selector><result>pass</result></dkim>
            </auth_results></record></feedback>
            """;
}
