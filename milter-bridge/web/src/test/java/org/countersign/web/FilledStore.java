package org.countersign.web;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.countersign.config.KeyEntry;
import org.countersign.dns.DnsClient;
import org.countersign.domain.DomainName;
import org.countersign.reports.source.MailServices;
import org.countersign.reports.source.OwnDomains;
import org.countersign.reports.view.ReportViews;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.trace.RunningTrace;
import org.countersign.trace.TraceReader;
import org.countersign.trace.TracedMessages;

/** A store with the sums of days as a site has them: some senders, a forwarder, a failing service, and forgers. */
final class FilledStore implements WebData {
    static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    static final InstantSource CLOCK = InstantSource.fixed(NOW);
    static final String DOMAIN = "example.org";
    static final LocalDate TODAY = LocalDate.of(2026, 11, 28);

    /** Markup, quotes, a template expression, and a character that turns the direction of writing. */
    static final String HOSTILE =
            "\"'><script>alert(1)</script><img src=x onerror=alert(2)>${7*7}javascript:alert(3)\u202Egpj.exe";

    /** The queue id of a message that is traced. */
    static final String TRACED = "4XzJ2y3Zm4z55";

    private final StoreLocation location;
    private final AtomicInteger opened = new AtomicInteger();

    FilledStore(Path file) {
        location = new StoreLocation.File(file);
    }

    /** Writes the data of a number of days. */
    FilledStore fill(int days) throws StoreFailure, SQLException {
        Random random = new Random(7);
        try (Store store = Store.openForWriting(location);
                PreparedStatement sums = store.connection()
                        .prepareStatement("INSERT INTO report_source_day (domain, day, origin, source, flow, aligned,"
                                + " disposition, messages) VALUES (?, ?, 'r', ?, ?, ?, ?, ?)");
                PreparedStatement facts = store.connection()
                        .prepareStatement("INSERT INTO report_source_fact (domain, day, origin, source, fact, content,"
                                + " passed, messages) VALUES (?, ?, 'r', ?, ?, ?, ?, ?)");
                PreparedStatement built = store.connection()
                        .prepareStatement("INSERT INTO report_source_built (domain, day, built_at) VALUES (?, ?, 0)")) {
            for (int ago = days - 1; ago >= 0; ago--) {
                long day = TODAY.minusDays(ago).toEpochDay();
                int weekday = TODAY.minusDays(ago).getDayOfWeek().getValue();
                long base = weekday >= 6 ? 900 : 2_600;
                if (ago == 9) {
                    continue;
                }
                row(built, DOMAIN, day);
                row(sums, DOMAIN, day, "example.org", "o", 3, 1, base + random.nextInt(500));
                row(sums, DOMAIN, day, "sendgrid.net", "e", 1, 1, base / 2 + random.nextInt(200));
                row(sums, DOMAIN, day, "mcsv.net", "d", 2, 1, 150L + random.nextInt(80));
                row(sums, DOMAIN, day, "alumni.example.edu", "f", 0, 0, 40L + random.nextInt(60));
                if (ago < 95) {
                    row(sums, DOMAIN, day, "crm.example.com", "d", 0, 2, 110L + random.nextInt(140));
                } else {
                    row(sums, DOMAIN, day, "crm.example.com", "d", 3, 1, 220L + random.nextInt(90));
                }
                row(sums, DOMAIN, day, "203.0.113.0/24", "d", 0, 3, (long) random.nextInt(ago == 20 ? 1900 : 90));
                if (ago < 3) {
                    row(sums, DOMAIN, day, HOSTILE, "d", 0, 3, 17L);
                }
                row(facts, DOMAIN, day, "", "policy", "p=quarantine", 0L, base);
                for (String reporter : List.of("google.com", "outlook.com", "mail.example.net")) {
                    row(facts, DOMAIN, day, "", "reporter", reporter, base, base);
                }
                row(facts, DOMAIN, day, "", "signer", "s2026 sendgrid.net", base / 2, base / 2);
                row(facts, DOMAIN, day, "sendgrid.net", "selector", "example.org s2026", base / 2, base / 2);
            }
            for (String domain : List.of("shop.example.net", "parked.example")) {
                for (int ago = 0; ago < Math.min(days, 25); ago++) {
                    long day = TODAY.minusDays(ago).toEpochDay();
                    row(built, domain, day);
                    if (domain.startsWith("shop")) {
                        row(sums, domain, day, "amazonses.com", "d", 3, 1, 300L + random.nextInt(300));
                    } else {
                        row(sums, domain, day, "198.51.100.0/24", "d", 0, 3, 1L + random.nextInt(4));
                    }
                    row(facts, domain, day, "", "reporter", "google.com", 300L, 300L);
                    row(facts, domain, day, "", "policy", domain.startsWith("shop") ? "p=none" : "p=reject", 0L, 300L);
                }
            }
            facts(store);
            sent(store);
            received(store);
            store.commit();
        }
        return this;
    }

    /** Traces two messages: one of the live verdicts, which was rejected, and one with hostile texts. */
    FilledStore withMessages() throws InterruptedException {
        RunningTrace.trace(
                location,
                TracedMessages.message(TRACED, "<1@sender.example>", TracedMessages.FORGED),
                TracedMessages.message(HOSTILE, "<" + HOSTILE + ">", TracedMessages.GENUINE));
        return this;
    }

    /** What is known of sources on the last day, each fact also with a hostile text. */
    private static void facts(Store store) throws SQLException {
        long day = TODAY.toEpochDay();
        String[][] facts = {
            {"sendgrid.net", "selector", "sendgrid.net smtpapi"},
            {"sendgrid.net", "spf", "bounce.sendgrid.net pass"},
            {"sendgrid.net", "address", "192.0.2.17"},
            {"sendgrid.net", "reporter", "google.com"},
            {"sendgrid.net", "envelope", "bounce.sendgrid.net"},
            {"crm.example.com", "selector", "crm.example.com k1"},
            {"crm.example.com", "spf", "crm.example.com pass"},
            {"crm.example.com", "address", "198.51.100.80"},
            {"crm.example.com", "reporter", "outlook.com"},
        };
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_source_fact (domain, day, origin, source, fact, content, passed,"
                        + " messages) VALUES (?, ?, 'r', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")) {
            for (String[] fact : facts) {
                row(insert, DOMAIN, day, fact[0], fact[1], fact[2], isValid(fact) ? 1200L : 0L, 1200L);
            }
            for (String fact :
                    List.of("address", "author", "envelope", "reason", "reporter", "selector", "signer", "spf")) {
                row(insert, DOMAIN, day, HOSTILE, fact, HOSTILE, 0L, 17L);
                row(insert, DOMAIN, day, "", fact, HOSTILE, 0L, 17L);
            }
            for (String selector : List.of("example.org s2026", "example.org s2025")) {
                row(insert, DOMAIN, selector.endsWith("6") ? day : day - 200, "", "selector", selector, 900L, 1000L);
            }
        }
    }

    private static boolean isValid(String... fact) {
        return !fact[0].startsWith("crm") || fact[1].equals("selector") || fact[1].equals("spf");
    }

    private static void sent(Store store) throws SQLException {
        String[] domains = {"bank.example", "newsletter.example.com", "gmx.example", HOSTILE};
        String[] states = {"sent", "waiting", "failed", "suppressed"};
        try (PreparedStatement report = store.connection()
                        .prepareStatement(
                                "INSERT INTO report_out (report_id, bucket, day, domain, policy_id, part, state,"
                                        + " row_count, messages, omitted, why, made_at, attempt, next_at)"
                                        + " VALUES (?, 0, ?, ?, ?, 0, 'composed', 12, ?, 0, ?, 0, 0, 0)");
                PreparedStatement delivery = store.connection()
                        .prepareStatement(
                                "INSERT INTO report_delivery (report_id, n, day, address, token, state, attempt,"
                                        + " next_at, first_at, until, last) VALUES (?, 0, ?, ?, ?, ?, 1, 0, 0, 0, ?)");
                PreparedStatement suppression = store.connection()
                        .prepareStatement(
                                "INSERT INTO report_suppression (address, until, times, why) VALUES (?, ?, ?, ?)")) {
            for (int i = 0; i < domains.length; i++) {
                String why = i == 2 ? "550 5.1.1 no such user" : i == 3 ? HOSTILE : "";
                row(report, "r" + i, TODAY.toEpochDay() - 1, domains[i], new byte[] {(byte) i}, 5000L - i, why);
                row(delivery, "r" + i, TODAY.toEpochDay() - 1, "dmarc@" + domains[i], "t" + i, states[i], why);
            }
            row(
                    suppression,
                    "dmarc@gmx.example",
                    NOW.plusSeconds(600_000).getEpochSecond(),
                    1,
                    "550 5.1.1 no such user");
            row(suppression, HOSTILE, NOW.plusSeconds(700_000).getEpochSecond(), 2, HOSTILE);
        }
    }

    private static void received(Store store) throws SQLException {
        String[] reporters = {"google.com", "outlook.com", "mail.example.net", HOSTILE};
        try (PreparedStatement report = store.connection()
                        .prepareStatement("INSERT INTO received_report (id, bucket, domain, reporter, org_name, email,"
                                + " report_id, begin_at, end_at, schema, auth, p, sp, np, adkim, aspf, testing, errors,"
                                + " remarks, row_count, messages, content, got_at) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?,"
                                + " 'rfc9990', ?, 'quarantine', '', '', '', '', '', ?, ?, 9, 4711, ?, ?)");
                PreparedStatement refused = store.connection()
                        .prepareStatement("INSERT INTO received_refused (id, at, sender, name, why, octets, times)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            long now = NOW.getEpochSecond();
            for (int i = 0; i < 12; i++) {
                String name = reporters[i % reporters.length];
                boolean hostile = name.equals(HOSTILE);
                row(
                        report,
                        new byte[] {(byte) i},
                        hostile ? HOSTILE : DOMAIN,
                        name,
                        hostile ? HOSTILE : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1),
                        hostile ? HOSTILE : "noreply@" + name,
                        hostile ? HOSTILE : "17645" + i + "!example.org",
                        now - 86_400L * (i + 1),
                        now - 86_400L * i - 1,
                        hostile ? "none" : "pass",
                        hostile ? HOSTILE : "",
                        hostile ? HOSTILE : i % 3 == 1 ? "no version" : "",
                        new byte[] {(byte) i},
                        now - 3_600L * i);
            }
            row(
                    refused,
                    new byte[] {1},
                    now - 300,
                    "reports@unknown.example",
                    "report.zip",
                    "it is not about us",
                    5120L,
                    3);
            row(
                    refused,
                    new byte[] {2},
                    now - 900,
                    "bomb@evil.example",
                    "a.xml.gz",
                    "it unpacks to over 32 MiB",
                    90_000L,
                    1);
            row(refused, new byte[] {3}, now - 1_900, HOSTILE, HOSTILE, HOSTILE, 100L, 1);
        }
    }

    /** Runs a statement and commits. */
    void execute(String sql) throws SQLException, StoreFailure {
        try (Store store = writable();
                var statement = store.connection().createStatement()) {
            statement.executeUpdate(sql);
            store.commit();
        }
    }

    static void row(PreparedStatement insert, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            insert.setObject(i + 1, values[i]);
        }
        insert.executeUpdate();
    }

    @Override
    public ReportViews reports() throws StoreFailure {
        opened.incrementAndGet();
        return ReportViews.open(
                location, new OwnDomains(List.of(DomainName.of(DOMAIN)), List.of()), MailServices.bundled(), CLOCK);
    }

    @Override
    public Store writable() throws StoreFailure {
        return Store.openForWriting(location);
    }

    @Override
    public TraceReader trace() throws StoreFailure {
        return TraceReader.open(location);
    }

    @Override
    public List<KeyEntry> keys() {
        return List.of();
    }

    @Override
    public Optional<DnsClient> dns() {
        return Optional.empty();
    }

    @Override
    public boolean isTraceOn() {
        return true;
    }

    /** How often the views were opened. */
    int opened() {
        return opened.get();
    }

    /** Live verdicts of all kinds, one of them with hostile texts in every field. */
    static LiveVerdicts live() {
        LiveVerdicts live = new LiveVerdicts();
        live.add(new LiveVerdict(
                NOW.minusSeconds(300), HOSTILE, HOSTILE, HOSTILE, HOSTILE, "reject", "", HOSTILE, HOSTILE, 3));
        live.add(new LiveVerdict(
                NOW.minusSeconds(290),
                "4XzMonitored",
                "192.0.2.9",
                "bounce@monitored.example",
                "monitored.example",
                "accept",
                "reject",
                "dmarc-reject",
                "DMARC failed, and monitored.example asks for rejection.",
                4));
        String[][] samples = {
            {"accept", "dmarc-pass", "DMARC passed by an aligned DKIM signature.", "newsletter.example.com"},
            {"reject", "dmarc-reject", "DMARC failed, and example.org asks for rejection.", "example.org"},
            {
                "accept",
                "indirect-flow",
                "DMARC failed, but the message came through a trusted list.",
                "lists.example.edu"
            },
            {"tag", "dmarc-none", "The domain publishes no DMARC record.", "tiny.example"},
            {"quarantine", "dmarc-quarantine", "DMARC failed, and the domain asks for quarantine.", "bank.example"},
            {"tempfail", "dns-temperror", "The DNS did not answer for the DKIM key.", "slow.example"},
        };
        for (int i = 0; i < 60; i++) {
            String[] sample = samples[i % samples.length];
            live.add(new LiveVerdict(
                    NOW.minusSeconds(60 - i),
                    "4XzJ2y3Zm4z" + i,
                    "192.0.2." + (i % 200),
                    "bounce@" + sample[3],
                    sample[3],
                    sample[0],
                    "",
                    sample[1],
                    sample[2],
                    4));
        }
        return live;
    }
}
