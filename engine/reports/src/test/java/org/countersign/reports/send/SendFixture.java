package org.countersign.reports.send;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.countersign.dns.DnsClient;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.metrics.MetricRegistry;
import org.countersign.service.log.LogEvent;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.SigningPolicy;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.testing.ManualClock;
import org.countersign.testing.TestKeys;

/** A sender with a clock, a mail server and a DNS that a test controls. */
final class SendFixture {
    /** The day that the tests report about: 2026-05-14. */
    static final long DAY = 20_587;

    static final MailAddress FROM =
            MailAddress.parse("dmarc-noreply@reports.example.org").orElseThrow();
    static final SendSettings SETTINGS = with(SendSettings.OFF.choice(), SendSettings.OFF.limits());

    final ManualClock clock = ManualClock.at(PlannedReport.begin(DAY + 1).plus(Duration.ofMinutes(31)));
    final List<LogEvent> events = Collections.synchronizedList(new ArrayList<>());
    final MetricRegistry metrics = new MetricRegistry();
    final Map<String, Submission> answers = new HashMap<>();
    final List<Mail> mails = Collections.synchronizedList(new ArrayList<>());
    final Dispatcher.Memory memory = new Dispatcher.Memory();
    FailureReports.Memory failed = new FailureReports.Memory(clock);
    FailureSettings failures = FailureSettings.OFF;
    SendSettings settings = SETTINGS;
    SigningPolicy signing = SigningPolicy.ofDomains(
            List.of(new SigningIdentity(DomainName.of("reports.example.org"), "s1", TestKeys.ED25519)));
    DnsClient dns;
    boolean ending;

    private final StoreLocation location;

    /** A message that the server accepted. */
    record Mail(Instant at, MailAddress sender, MailAddress recipient, String text) {
        String messageId() {
            int from = text.indexOf("Message-ID: ");
            return text.substring(from, text.indexOf('\r', from));
        }
    }

    SendFixture(StoreLocation location, StaticZone.Builder zone) {
        this.location = location;
        this.dns = zone.build();
    }

    static SendSettings with(SendSettings.Choice choice, SendSettings.Limits limits) {
        return new SendSettings(
                Optional.of(FROM),
                Optional.of("Example"),
                Optional.empty(),
                MailServer.DEFAULT,
                SendWindow.DEFAULT,
                true,
                choice,
                limits);
    }

    /** A zone in which a domain asks for reports at an address. */
    static StaticZone.Builder asking(StaticZone.Builder zone, String domain, String rua) {
        return zone.txt("_dmarc." + domain, "v=DMARC1; p=none; rua=" + rua);
    }

    /** Opens a sender of its own, as another process would. */
    SendRun open(String owner) throws StoreFailure {
        return open(owner, clock, memory);
    }

    /** Opens a sender with the clock of another fixture, whose mail this one takes. */
    SendRun openFor(String owner, SendFixture other) throws StoreFailure {
        return open(owner, other.clock, other.memory);
    }

    /** Opens a sender of its own with another clock. */
    SendRun open(String owner, InstantSource time) throws StoreFailure {
        return open(owner, time, memory);
    }

    private SendRun open(String owner, InstantSource time, Dispatcher.Memory remembered) throws StoreFailure {
        return SendRun.open(
                location,
                owner,
                this::submit,
                time,
                new Random(1),
                new SendLog(events::add),
                new SendMetrics(metrics),
                remembered,
                failed,
                () -> ending);
    }

    SendPolicy policy() {
        return new SendPolicy(
                settings, failures, Path.of("policy.yaml"), new ReportSigner(signing.table(), clock), dns);
    }

    synchronized Submission submit(MailServer server, MailAddress sender, MailAddress recipient, byte[] message) {
        Submission answer = answers.getOrDefault(recipient.toString(), new Submission.Accepted("250 2.0.0 Ok: queued"));
        if (answer instanceof Submission.Accepted) {
            mails.add(new Mail(clock.instant(), sender, recipient, new String(message, StandardCharsets.US_ASCII)));
        }
        return answer;
    }

    /** Lets time pass, with a pass whenever one is due, until an instant. */
    void runUntil(SendRun run, Instant end) throws StoreFailure {
        while (clock.instant().isBefore(end)) {
            Instant next = run.pass(policy());
            Instant soonest = clock.instant().plusMillis(100);
            Instant wake = next.isBefore(soonest) ? soonest : next;
            clock.set(wake.isAfter(end) ? end : wake);
        }
    }

    List<String> deliveries() throws StoreFailure, SQLException {
        return StoredDay.query(location, "SELECT address, state FROM report_delivery ORDER BY address");
    }

    List<String> reports() throws StoreFailure, SQLException {
        return StoredDay.query(location, "SELECT domain, state, why FROM report_out ORDER BY domain, part");
    }

    List<String> eventNames() {
        return events.stream().map(LogEvent::name).toList();
    }
}
