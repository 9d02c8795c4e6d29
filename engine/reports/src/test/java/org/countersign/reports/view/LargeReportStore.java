package org.countersign.reports.view;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.countersign.domain.DomainName;
import org.countersign.reports.source.MailServices;
import org.countersign.reports.source.OwnDomains;
import org.countersign.reports.source.SourceDays;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;

/**
 * Fills a store with received reports, and measures how long the sums of a day and the views take. It is no test: its times
 * depend on the machine.
 *
 * <p>Arguments: the name of a new SQLite file or a JDBC URL of an empty PostgreSQL database, days, rows, and the user of
 * the database. With 0 rows an existing store is measured. Half of the rows are from forgers, each with an address of its own.
 */
public final class LargeReportStore {
    private static final List<String> DOMAINS =
            List.of("example.org", "shop.example", "news.example", "bank.example", "club.example");
    private static final List<String> SERVICES =
            List.of("sendgrid.net", "amazonses.com", "mailgun.org", "google.com", "outlook.com", "mcsv.net");
    private static final int REPORTERS = 25;
    private static final int SENT_A_DAY = 1_000;
    private static final int ROUNDS = 3;
    private static final long DAY = 86_400;

    private final Store store;
    private final Random random = new Random(20_261_128);
    private long written;

    private LargeReportStore(Store store) {
        this.store = store;
    }

    public static void main(String[] args) throws SQLException, StoreFailure {
        StoreLocation location = args[0].startsWith("jdbc:")
                ? new StoreLocation.Database(args[0], Optional.of(args[3]), Optional.empty())
                : new StoreLocation.File(Path.of(args[0]));
        int days = Integer.parseInt(args[1]);
        long rows = Long.parseLong(args[2]);
        OwnDomains own = new OwnDomains(DOMAINS.stream().map(DomainName::of).toList(), List.of());
        if (rows > 0) {
            fill(location, own, days, rows);
        }
        for (int round = 0; round < ROUNDS; round++) {
            System.out.println("round " + (round + 1));
            measure(location, own, days);
        }
    }

    private static void fill(StoreLocation location, OwnDomains own, int days, long rows)
            throws SQLException, StoreFailure {
        try (Store store = Store.openForWriting(location)) {
            LargeReportStore large = new LargeReportStore(store);
            long before = System.nanoTime();
            large.fill(days, rows);
            large.fillSent(days);
            print("write %d rows", before, large.written);
            before = System.nanoTime();
            SourceDays sums = new SourceDays(store, own, MailServices.bundled(), ReportStore.CLOCK);
            for (int ago = 0; ago < days; ago++) {
                for (DomainName domain : own.domains()) {
                    sums.rebuild(domain, ReportStore.TODAY.toEpochDay() - ago);
                }
            }
            print("sum up %d days of 5 domains", before, days);
        }
    }

    private interface View {
        Object read(ReportViews views) throws StoreFailure;
    }

    private static void measure(StoreLocation location, OwnDomains own, int days) throws StoreFailure {
        DomainName domain = ReportStore.DOMAIN;
        ViewPeriod all = ViewPeriod.lastDays(days, ReportStore.CLOCK.instant());
        ViewPeriod month = ViewPeriod.lastDays(30, ReportStore.CLOCK.instant());
        ViewPeriod week = ViewPeriod.lastDays(7, ReportStore.CLOCK.instant());
        Map<String, View> measured = new LinkedHashMap<>();
        measured.put("overview, 30 days", views -> views.overview(month));
        measured.put("overview, all days", views -> views.overview(all));
        measured.put("history, 30 days", views -> views.history(domain, month));
        measured.put("history, all days", views -> views.history(domain, all));
        measured.put("sources, 30 days", views -> views.sources(domain, month));
        measured.put("sources, all days", views -> views.sources(domain, all));
        measured.put("source, 30 days", views -> views.source(domain, "Twilio SendGrid", month));
        measured.put("source, all days", views -> views.source(domain, "Twilio SendGrid", all));
        measured.put("ready", views -> views.ready(domain, false));
        measured.put("selectors, all days", views -> views.selectors(domain, all, List.of(), Optional.empty()));
        measured.put("others, 30 days", views -> views.others(month));
        measured.put("others, all days", views -> views.others(all));
        measured.put("received, 30 days", views -> views.received(month));
        measured.put("received, all days", views -> views.received(all));
        measured.put("refused, all days", views -> views.refused(all));
        measured.put("digest, 7 days", views -> views.digest(week));
        for (Map.Entry<String, View> view : measured.entrySet()) {
            // As for a page: each opens the store.
            time(view.getKey(), location, own, view.getValue());
        }
    }

    private static void time(String name, StoreLocation location, OwnDomains own, View view) throws StoreFailure {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = System.nanoTime();
        long cpu = threads.getCurrentThreadCpuTime();
        try (ReportViews views = ReportViews.open(location, own, MailServices.bundled(), ReportStore.CLOCK)) {
            view.read(views);
        }
        // With PostgreSQL most of the work is that of its server, which only the time on the clock has.
        System.out.printf(
                Locale.ROOT,
                "%-22s %6.0f ms, processor %6.0f ms%n",
                name,
                (System.nanoTime() - before) / 1e6,
                (threads.getCurrentThreadCpuTime() - cpu) / 1e6);
    }

    private static void print(String text, long before, Object value) {
        System.out.printf(Locale.ROOT, text + ": %.1f s%n", value, (System.nanoTime() - before) / 1e9);
    }

    private void fill(int days, long rows) throws SQLException {
        try (PreparedStatement report = store.connection()
                        .prepareStatement("INSERT INTO received_report (id, bucket, domain, reporter, org_name, email,"
                                + " report_id, begin_at, end_at, schema, auth, p, sp, np, adkim, aspf, testing, errors,"
                                + " remarks, row_count, messages, content, got_at) VALUES (?, 0, ?, ?, ?, '', ?, ?, ?,"
                                + " 'rfc9990', 'pass', 'quarantine', '', '', 'r', 'r', '', '', '', ?, ?, ?, ?)");
                PreparedStatement row = store.connection()
                        .prepareStatement("INSERT INTO received_row (id, n, day, source_ip, messages, disposition,"
                                + " aligned, reasons, header_from, envelope_from, envelope_to)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')");
                PreparedStatement auth = store.connection()
                        .prepareStatement("INSERT INTO received_auth (id, n, k, kind, domain, selector, result)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            // Half of all rows are about the first domain, as a site has one large domain.
            long perReport = rows / days / REPORTERS;
            for (int ago = days - 1; ago >= 0; ago--) {
                long day = ReportStore.TODAY.toEpochDay() - ago;
                for (String domain : DOMAINS) {
                    long count = domain.equals(DOMAINS.getFirst()) ? perReport / 2 : perReport / 8;
                    for (int reporter = 0; reporter < REPORTERS; reporter++) {
                        fill(report, row, auth, domain, "reporter" + reporter + ".example", day, (int) count);
                    }
                }
                report.executeBatch();
                row.executeBatch();
                auth.executeBatch();
                store.commit();
            }
        }
    }

    /** Reports to others, of which those of the last month still have their documents. */
    private void fillSent(int days) throws SQLException {
        try (PreparedStatement report = store.connection()
                        .prepareStatement(
                                "INSERT INTO report_out (report_id, bucket, day, domain, policy_id, part, state,"
                                        + " row_count, messages, omitted, body, why, made_at, attempt, next_at)"
                                        + " VALUES (?, 0, ?, ?, ?, 0, 'composed', 12, ?, 0, ?, '', 0, 0, 0)");
                PreparedStatement delivery = store.connection()
                        .prepareStatement("INSERT INTO report_delivery (report_id, n, day, address, token, state,"
                                + " attempt, next_at, first_at, until, last)"
                                + " VALUES (?, 0, ?, ?, ?, 'sent', 1, 0, 0, 0, '250 2.0.0 Ok: queued')")) {
            for (int ago = 0; ago < days; ago++) {
                long day = ReportStore.TODAY.toEpochDay() - ago;
                byte[] document = new byte[ago < 30 ? 2_000 : 0];
                for (int number = 0; number < SENT_A_DAY; number++) {
                    String id = day + "-" + number;
                    String domain = "domain" + random.nextInt(3 * SENT_A_DAY) + ".example";
                    random.nextBytes(document);
                    report.setString(1, id);
                    report.setLong(2, day);
                    report.setString(3, domain);
                    report.setBytes(4, id.getBytes(StandardCharsets.US_ASCII));
                    report.setLong(5, random.nextInt(1, 5_000));
                    report.setBytes(6, document);
                    report.addBatch();
                    delivery.setString(1, id);
                    delivery.setLong(2, day);
                    delivery.setString(3, "dmarc@" + domain);
                    delivery.setString(4, id);
                    delivery.addBatch();
                }
                report.executeBatch();
                delivery.executeBatch();
                store.commit();
            }
        }
    }

    private void fill(
            PreparedStatement report,
            PreparedStatement row,
            PreparedStatement auth,
            String domain,
            String reporter,
            long day,
            int count)
            throws SQLException {
        byte[] id = UUID.nameUUIDFromBytes((domain + " " + reporter + " " + day).getBytes(StandardCharsets.UTF_8))
                .toString()
                .substring(0, 18)
                .getBytes(StandardCharsets.US_ASCII);
        report.setBytes(1, id);
        report.setString(2, domain);
        report.setString(3, reporter);
        report.setString(4, reporter);
        report.setString(5, "report-" + day);
        report.setLong(6, day * DAY);
        report.setLong(7, day * DAY + DAY - 1);
        report.setLong(8, count);
        report.setLong(9, count * 20L);
        report.setBytes(10, id);
        report.setLong(11, (day + 1) * DAY + 3_600);
        report.addBatch();
        for (int n = 1; n <= count; n++) {
            fill(row, auth, id, n, domain, day);
        }
        written += count;
    }

    private void fill(PreparedStatement row, PreparedStatement auth, byte[] id, int n, String domain, long day)
            throws SQLException {
        int choice = random.nextInt(100);
        boolean forger = choice < 50;
        int service = choice % SERVICES.size();
        boolean forwarder = choice > 90;
        String address = forger
                ? random.nextInt(1, 224) + "." + random.nextInt(256) + "." + random.nextInt(256) + "."
                        + random.nextInt(256)
                : "198.51." + service + "." + random.nextInt(20);
        String envelope = forwarder ? "list" + random.nextInt(30) + ".example" : "bounce." + SERVICES.get(service);
        row.setBytes(1, id);
        row.setInt(2, n);
        row.setLong(3, day);
        row.setString(4, address);
        row.setLong(5, forger ? 1 : random.nextInt(1, 100));
        row.setInt(6, forger ? 2 : 1);
        row.setInt(7, forger || choice == 60 ? 0 : 1);
        row.setString(8, "");
        row.setString(9, domain);
        if (forger) {
            row.setNull(10, Types.VARCHAR);
        } else {
            row.setString(10, envelope);
        }
        row.addBatch();
        if (!forger) {
            result(auth, id, n, 0, "dkim", domain, "s" + service, "pass");
            result(auth, id, n, 1, "dkim", forwarder ? envelope : SERVICES.get(service), "x", "pass");
        }
        result(auth, id, n, 2, "spf", forger ? domain : envelope, "", forger ? "fail" : "pass");
    }

    private static void result(
            PreparedStatement auth, byte[] id, int n, int k, String kind, String domain, String selector, String result)
            throws SQLException {
        auth.setBytes(1, id);
        auth.setInt(2, n);
        auth.setInt(3, k);
        auth.setString(4, kind);
        auth.setString(5, domain);
        auth.setString(6, selector);
        auth.setString(7, result);
        auth.addBatch();
    }
}
