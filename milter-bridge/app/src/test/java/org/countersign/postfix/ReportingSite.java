package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.countersign.MessageOutcome;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.ParsedConfiguration;
import org.countersign.dns.DnsClient;
import org.countersign.domain.DomainName;
import org.countersign.metrics.MetricRegistry;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.reports.ReturnedReports;
import org.countersign.reports.collect.CollectSettings;
import org.countersign.reports.collect.Collector;
import org.countersign.reports.collect.VerdictSink;
import org.countersign.reports.failure.FailedMessage;
import org.countersign.reports.receive.MessageAuthenticator;
import org.countersign.reports.receive.Outcome;
import org.countersign.reports.receive.ReceiveSettings;
import org.countersign.reports.receive.ReportReceiver;
import org.countersign.reports.send.FailureSettings;
import org.countersign.reports.send.MailAddress;
import org.countersign.reports.send.MailServer;
import org.countersign.reports.send.ReportSigner;
import org.countersign.reports.send.SendPolicy;
import org.countersign.reports.send.SendSettings;
import org.countersign.reports.send.SimulatedSending;
import org.countersign.service.EngineFactory;
import org.countersign.service.log.LogEvent;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.SigningPolicy;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.syntax.Octets;
import org.countersign.testing.ManualClock;
import org.countersign.testing.TestKeys;

/**
 * A mail server with the bridge, which counts messages and reports them. The bridge and the sender of reports have clocks of
 * their own that a test sets.
 */
final class ReportingSite implements AutoCloseable {
    /** Mail of the site itself, such as its reports, comes from here. Its relayed mail comes from another address. */
    private static final String INSIDE = "127.0.0.1";

    /** The domain whose failures are reported. */
    static final String ASKING = "d1.example";

    private static final FailureSettings FAILURES = new FailureSettings(
            Set.of(DomainName.of(ASKING)),
            Optional.empty(),
            false,
            FailureSettings.OFF.maxSize(),
            FailureSettings.OFF.perAddress(),
            FailureSettings.OFF.perHour());

    final String name;
    final ManualClock clock;
    final StoreLocation.File store;
    final PostfixInstance postfix;
    private final DnsClient dns;
    private final Configuration configuration;
    private final Path answers;
    private final MilterServer bridge;
    private final Path spool;
    private final List<LogEvent> events = new CopyOnWriteArrayList<>();
    private final List<FailedMessage> failed = new CopyOnWriteArrayList<>();
    private volatile Collector collector;
    private MailServer server;

    /**
     * Starts a site.
     *
     * @param name its domain; reports are from {@code dmarc-noreply@reports.NAME}
     * @param mailboxes what it delivers itself
     * @param relay the port to which all other mail goes
     */
    static ReportingSite start(
            String name,
            Path directory,
            DnsClient dns,
            ManualClock clock,
            List<String> mailboxes,
            Optional<Integer> relay)
            throws Exception {
        return new ReportingSite(name, Files.createDirectories(directory), dns, clock, mailboxes, relay);
    }

    private ReportingSite(
            String name,
            Path directory,
            DnsClient dns,
            ManualClock clock,
            List<String> mailboxes,
            Optional<Integer> relay)
            throws Exception {
        this.name = name;
        this.dns = dns;
        this.clock = clock;
        this.store = new StoreLocation.File(directory.resolve("store.db"));
        this.spool = directory.resolve("spool");
        this.collector = collector();
        configuration = ((ParsedConfiguration.Valid) ConfigurationParser.parse(
                        "mx.yaml", Octets.utf8("""
                        authserv-id: mx.%s
                        mode: enforce
                        inbound: { skip-networks: [%s/32] }
                        """.formatted(name, INSIDE)), BridgeConfiguration.FRONT_END))
                .configuration();
        EngineFilter filter = new EngineFilter(
                        EngineFactory.engine(
                                configuration, SigningPolicy.ofDomains(List.of()), dns, clock, (key, state) -> {}),
                        this::finished,
                        clock)
                .keeping(() -> FailedMessage.SHOWN_FIELDS);
        bridge = MilterServer.start(
                ServerSettings.listeningOn(List.of(new ListenAddress.Inet(INSIDE, 0, false))), filter);
        // Where Postfix can read it.
        answers = Files.createTempFile("countersign-answers", "");
        PostfixSettings settings = PostfixSettings.delivering(mailboxes.toArray(String[]::new))
                .withInboundMilters(bridge.addresses().getFirst().toString())
                .with("myhostname", "mx." + name)
                .with("recipient_delimiter", "+")
                .with("smtp_bind_address", "127.0.0.2")
                .with(
                        "smtpd_recipient_restrictions",
                        "check_recipient_access texthash:" + answers + ", reject_unlisted_recipient");
        if (relay.isPresent()) {
            settings = settings.with("default_transport", "smtp:[127.0.0.1]:" + relay.get());
        }
        postfix = PostfixInstance.start(settings);
        server = new MailServer("127.0.0.1", postfix.port());
    }

    private void finished(FinishedMessage message) {
        collector.accept(message.outcome(), message.queueId());
        if (message.outcome() instanceof MessageOutcome.Judged judged) {
            FailedMessage.of(judged, FAILURES.domains(), List.of(), clock.instant(), "mx." + name, message.fields())
                    .ifPresent(failed::add);
        }
    }

    /** The messages that are a reason for a failure report. */
    List<FailedMessage> failed() {
        return List.copyOf(failed);
    }

    /** The author of the reports of a site. */
    static MailAddress from(String site) {
        return MailAddress.parse("dmarc-noreply@reports." + site).orElseThrow();
    }

    /** The key of the author of the reports of a site, for the DNS. */
    static Map<String, String> keys(String site) {
        return Map.of("s1._domainkey.reports." + site, TestKeys.ED25519.publicKeyRecord());
    }

    static SendPolicy policy(String site, MailServer server, DnsClient dns, InstantSource time) {
        SendSettings off = SendSettings.OFF;
        return new SendPolicy(
                new SendSettings(
                        Optional.of(from(site)),
                        off.orgName(),
                        off.contact(),
                        server,
                        off.window(),
                        off.bounceAddresses(),
                        off.choice(),
                        off.limits()),
                FAILURES,
                Path.of("policy.yaml"),
                new ReportSigner(
                        SigningPolicy.ofDomains(List.of(
                                        new SigningIdentity(DomainName.of("reports." + site), "s1", TestKeys.ED25519)))
                                .table(),
                        time),
                dns);
    }

    private SendPolicy policy() {
        return policy(name, server, dns, clock);
    }

    /** The sender of the reports, as a process of this name. */
    SimulatedSending sender(String owner, ManualClock time) throws StoreFailure {
        return new SimulatedSending(store, owner, time, this::policy);
    }

    /** Whether the sender of the reports reaches the mail server. */
    void reachable(boolean is) {
        server = new MailServer("127.0.0.1", is ? postfix.port() : 9);
    }

    /** Lets the mail server answer like this to mail for these recipients, and normally to all other mail. */
    void answer(Map<String, String> replies) throws IOException {
        Files.writeString(
                answers,
                replies.entrySet().stream()
                        .map(reply -> reply.getKey() + " " + reply.getValue() + "\n")
                        .collect(Collectors.joining()));
        postfix.reload();
    }

    private Collector collector() {
        CollectSettings off = CollectSettings.OFF;
        return Collector.start(
                new CollectSettings(
                        true,
                        spool.toString(),
                        off.spoolSize(),
                        off.envelopeTo(),
                        List.of(from(name).toString()),
                        off.keep()),
                spool,
                store,
                clock,
                events::add,
                VerdictSink.NONE,
                new MetricRegistry());
    }

    /** Ends the counting and starts it again, as when the service is restarted: all counts are in the store then. */
    void restartCounting() {
        collector.close();
        assertThat(events).extracting(LogEvent::level).as("%s", events).doesNotContain(Level.WARNING, Level.ERROR);
        collector = collector();
    }

    /** Reads all mail for an address as a reader of reports does, which also knows reports that came back. */
    List<Outcome> read(String address) throws StoreFailure, IOException {
        List<Outcome> outcomes = new ArrayList<>();
        try (ReportReceiver reader = new ReportReceiver(
                store,
                ReceiveSettings.DEFAULT,
                domain -> true,
                new MessageAuthenticator(configuration.inbound(), List.of(), () -> dns, clock),
                new ReturnedReports(clock),
                clock)) {
            for (DeliveredMessage message : postfix.mailbox(address)) {
                outcomes.addAll(
                        reader.message(message.octets(), message.values("X-Original-To"), ReportReceiver.Door.MAIL));
            }
        }
        return outcomes;
    }

    List<String> query(String sql) throws StoreFailure, SQLException {
        try (Store reader = Store.openForReading(store);
                Statement statement = reader.connection().createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    @Override
    public void close() throws IOException {
        // Before the bridge, because Postfix would wait for the closed milter.
        postfix.close();
        bridge.close();
        collector.close();
        Files.deleteIfExists(answers);
    }
}
