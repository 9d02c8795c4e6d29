package org.countersign.reports.view;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import org.countersign.domain.DomainName;
import org.countersign.reports.view.WrittenReport.Row;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;

/**
 * The reports of a small site, so that its views can be read as a postmaster reads them. Sources of {@code example.org} are
 * its own servers, a service that signs a part of the mail, and one that passes by SPF alone. Others were set up badly, are
 * new, forward mail, or forge the name. {@code shop.example} has data of three days, and {@code parked.example} has none.
 */
public final class ExampleReports {
    /** The domains of the site. */
    public static final List<DomainName> DOMAINS =
            List.of(DomainName.of("example.org"), DomainName.of("shop.example"), DomainName.of("parked.example"));

    /** The network of its own servers. */
    public static final String NETWORK = "192.0.2.0/28";

    private static final List<String> REPORTERS = List.of("google.com", "outlook.com", "mail.example.net");
    private static final int DAYS = 40;
    private static final String CLIENT = "198.51.100.";
    private static final long YESTERDAY = ReportStore.TODAY.minusDays(1).toEpochDay();

    private ExampleReports() {}

    /** Writes them to a new store, and makes the sums of their days. */
    public static void write(StoreLocation location) throws SQLException, StoreFailure {
        try (ReportStore store = new ReportStore(location, DOMAINS, NETWORK)) {
            for (int daysAgo = 100; daysAgo > 95; daysAgo--) {
                store.with(report("google.com", "example.org", daysAgo)
                        .row(Row.of(CLIENT + "80", 60)
                                .alignedDkim()
                                .dkim("pass", "example.org", "crm")
                                .dkim("pass", "crm-service.example", "k1")));
            }
            for (int daysAgo = DAYS; daysAgo > 0; daysAgo--) {
                // One day without any report.
                if (daysAgo != 17) {
                    day(store, daysAgo);
                }
                if (daysAgo <= 3) {
                    store.with(report("google.com", "shop.example", daysAgo)
                            .row(Row.of(CLIENT + "90", 12)
                                    .alignedDkim()
                                    .alignedSpf()
                                    .dkim("pass", "shop.example", "ses1")
                                    .dkim("pass", "amazonses.com", "x")
                                    .spf("pass", "bounce.shop.example")
                                    .envelope("bounce.shop.example")));
                }
            }
            store.with(WrittenReport.of("anybody.example", "example.org", ReportStore.TODAY.minusDays(2))
                    .auth("none")
                    .row(Row.of("203.0.113.77", 5_000).disposition(3)));
            sent(store);
            refused(store);
        }
    }

    private static WrittenReport report(String reporter, String domain, int daysAgo) {
        LocalDate date = ReportStore.TODAY.minusDays(daysAgo);
        return WrittenReport.of(reporter, domain, date)
                .policy(domain.equals("example.org") && daysAgo <= 33 ? "quarantine" : "none")
                .gotAt(date.plusDays(1).atTime(LocalTime.of(4, 12)).toEpochSecond(ZoneOffset.UTC));
    }

    /** What each reporter has of one day of {@code example.org}. */
    private static void day(ReportStore store, int daysAgo) throws SQLException, StoreFailure {
        boolean weekend = ReportStore.TODAY.minusDays(daysAgo).getDayOfWeek().getValue() > 5;
        String selector = daysAgo > 20 ? "s2025" : "s2026";
        for (int number = 0; number < REPORTERS.size(); number++) {
            WrittenReport report = report(REPORTERS.get(number), "example.org", daysAgo);
            long some = (weekend ? 40 : 100) + (daysAgo * 7L + number * 13L) % 30;
            addOwnServer(report, some, selector);
            addServices(report, some);
            addForwarder(report, some, selector, number == 0);
            addForger(report, some, daysAgo + number);
            if (daysAgo <= 6) {
                addNewService(report);
            }
            if (number == 2) {
                report.remarks(
                        "missing version (line 2)\nword spf result nxdomain: a word that the schema does not have"
                                + " (row 5, line 38)");
            }
            report.insert(store.store);
            store.store.commit();
        }
        store.days.rebuild(
                ReportStore.DOMAIN, ReportStore.TODAY.minusDays(daysAgo).toEpochDay());
    }

    private static void addOwnServer(WrittenReport report, long some, String selector) {
        report.row(Row.of("192.0.2.10", some * 4)
                .alignedDkim()
                .alignedSpf()
                .disposition(1)
                .dkim("pass", "example.org", selector)
                .spf("pass", "example.org"));
    }

    /** Two services that sign, one of them also with a key that is gone, one with SPF alone, and one with its own name. */
    private static void addServices(WrittenReport report, long some) {
        report.row(Row.of(CLIENT + "7", some * 2)
                .alignedDkim()
                .disposition(1)
                .dkim("pass", "example.org", "sg1")
                .dkim("pass", "sendgrid.net", "smtpapi")
                .spf("pass", "bounce.sendgrid.net")
                .envelope("bounce.sendgrid.net"));
        report.row(Row.of(CLIENT + "8", some / 6)
                .disposition(2)
                .dkim("permerror", "example.org", "sg2")
                .dkim("pass", "sendgrid.net", "smtpapi")
                .spf("pass", "bounce.sendgrid.net")
                .envelope("bounce.sendgrid.net"));
        report.row(Row.of(CLIENT + "40", some / 3)
                .alignedSpf()
                .disposition(1)
                .dkim("pass", "mcsv.net", "k1")
                .spf("pass", "news.example.org")
                .envelope("news.example.org"));
        report.row(Row.of(CLIENT + "80", some / 5)
                .disposition(2)
                .dkim("pass", "crm-service.example", "k1")
                .spf("pass", "crm-service.example")
                .envelope("crm-service.example"));
    }

    private static void addForwarder(WrittenReport report, long some, String selector, boolean isOldReporter) {
        report.row(Row.of("198.51.100.200", some / 8)
                .disposition(0)
                .reasons(
                        isOldReporter ? "forwarded looks forwarded" : "local_policy arc=pass as[1].d=lists.example.edu")
                .dkim("fail", "example.org", selector)
                .spf("pass", "lists.example.edu")
                .envelope("lists.example.edu"));
    }

    private static void addForger(WrittenReport report, long some, int host) {
        report.row(Row.of("203.0.113." + host, some / 10).disposition(2).spf("fail", "example.org"));
    }

    private static void addNewService(WrittenReport report) {
        report.row(Row.of(CLIENT + "120", 9)
                .alignedDkim()
                .disposition(1)
                .dkim("pass", "example.org", "zendesk1")
                .dkim("pass", "zendesk.com", "z")
                .spf("pass", "mail.zendesk.com")
                .envelope("mail.zendesk.com"));
    }

    private static void sent(ReportStore store) throws SQLException {
        composed(store, "bank.example", 48_210, "dmarc@bank.example", "sent", "250 2.0.0 Ok: queued as 4fKxT1");
        composed(
                store,
                "newsletter.example.com",
                1_204,
                "rua@dmarc-service.example",
                "waiting",
                "451 4.7.1 try again later");
        composed(store, "gmx.example", 977, "dmarc@gmx.example", "failed", "550 5.1.1 no such user");
        composed(store, "travel.example", 410, "old@travel.example", "suppressed", "suppressed until 2026-12-20");
        report(store, "tiny.example", 3, "dropped", "the record has no rua any more");
        suppression(store, "dmarc@gmx.example", 7, 1, "550 5.1.1 no such user");
        suppression(store, "old@travel.example", 22, 2, "a report came back: mailbox is full");
        store.store.commit();
    }

    /** A report about yesterday, and its mail to one address. */
    private static void composed(
            ReportStore store, String domain, long messages, String address, String state, String last)
            throws SQLException {
        report(store, domain, messages, "composed", "");
        delivery(store, domain, address, state, last);
    }

    private static void report(ReportStore store, String domain, long messages, String state, String why)
            throws SQLException {
        insert(
                store,
                "report_out (report_id, bucket, day, domain, policy_id, part, state, row_count, messages, omitted, why,"
                        + " made_at, attempt, next_at)",
                domain,
                0,
                YESTERDAY,
                domain,
                domain.getBytes(StandardCharsets.US_ASCII),
                0,
                state,
                12,
                messages,
                0,
                why,
                0,
                0,
                0);
    }

    private static void delivery(ReportStore store, String domain, String address, String state, String last)
            throws SQLException {
        insert(
                store,
                "report_delivery (report_id, n, day, address, token, state, attempt, next_at, first_at, until, last)",
                domain,
                0,
                YESTERDAY,
                address,
                domain,
                state,
                1,
                ReportStore.TODAY.atTime(LocalTime.of(13, 0)).toEpochSecond(ZoneOffset.UTC),
                0,
                0,
                last);
    }

    private static void suppression(ReportStore store, String address, int days, int times, String why)
            throws SQLException {
        insert(
                store,
                "report_suppression (address, until, times, why)",
                address,
                ReportStore.TODAY.plusDays(days).atTime(LocalTime.of(9, 30)).toEpochSecond(ZoneOffset.UTC),
                times,
                why);
    }

    private static void refused(ReportStore store) throws SQLException {
        long noon = ReportStore.TODAY.atTime(LocalTime.NOON).toEpochSecond(ZoneOffset.UTC);
        refusal(
                store,
                noon - 3_600,
                "reports@unknown.example",
                "report.zip",
                "not about us: other.example is none of our domains (protect, signing.keys, reports.receive.about)",
                5_120,
                3);
        refusal(store, noon - 90_000, "bomb@evil.example", "a.xml.gz", "it unpacks to more than 32 MiB", 90_000, 1);
        refusal(store, noon - 99_000, "", "", "the message has no report", 0, 1);
        store.store.commit();
    }

    private static void refusal(
            ReportStore store, long at, String sender, String name, String why, int octets, int times)
            throws SQLException {
        insert(
                store,
                "received_refused (id, at, sender, name, why, octets, times)",
                (at + " " + sender).getBytes(StandardCharsets.US_ASCII),
                at,
                sender,
                name,
                why,
                octets,
                times);
    }

    private static void insert(ReportStore store, String columns, Object... values) throws SQLException {
        String places = Rows.places(values.length);
        try (PreparedStatement insert =
                store.store.connection().prepareStatement("INSERT INTO " + columns + " VALUES (" + places + ")")) {
            for (int i = 0; i < values.length; i++) {
                insert.setObject(i + 1, values[i]);
            }
            insert.executeUpdate();
        }
    }
}
