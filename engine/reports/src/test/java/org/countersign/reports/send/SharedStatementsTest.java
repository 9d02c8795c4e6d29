package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.reports.collect.DayMark;
import org.countersign.reports.collect.JudgedMail;
import org.countersign.reports.failure.FailedMessage;
import org.countersign.smtp.HeaderField;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.countersign.testing.SharedPostgresql;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a sender and a person do to the reports that go out has the same effect in a file and in PostgreSQL. */
class SharedStatementsTest {
    private static final Instant MORNING =
            PlannedReport.begin(SendFixture.DAY + 1).plus(Duration.ofMinutes(31));

    @RegisterExtension
    static final SharedPostgresql POSTGRESQL = new SharedPostgresql();

    @TempDir
    private Path temp;

    private static StaticZone.Builder zone() {
        StaticZone.Builder zone = StaticZone.builder();
        for (String domain : List.of("a.example", "b.example", "c.example")) {
            zone.txt("_dmarc." + domain, "v=DMARC1; p=reject; rua=mailto:rua@" + domain + "; ruf=mailto:ruf@" + domain);
        }
        return zone;
    }

    private static FailedMessage failed(SendFixture sender, String client) {
        return FailedMessage.of(
                        JudgedMail.forged()
                                .author("c.example")
                                .dmarc("c.example", "v=DMARC1; p=reject; ruf=mailto:ruf@c.example")
                                .client(client)
                                .outcome(),
                        sender.failures.domains(),
                        List.of(),
                        sender.clock.instant(),
                        "mx.receiver.example",
                        List.of(HeaderField.of("From", " <a@c.example>")))
                .orElseThrow();
    }

    private static List<Object> history(StoreLocation store) throws Exception {
        StoredDay.prepare(store);
        SendFixture sender = new SendFixture(store, zone());
        sender.failures =
                new FailureSettings(Set.of(DomainName.of("c.example")), Optional.empty(), false, 32 << 10, 20, 60);
        sender.answers.put("rua@b.example", new Submission.Refused("550 5.1.1 no such user"));
        for (String domain : List.of("a.example", "b.example", "c.example")) {
            StoredDay.add(store, SendFixture.DAY, domain, 3, true);
        }
        List<Object> seen = new ArrayList<>();
        try (Store person = Store.openForWriting(store);
                SendRun run = sender.open("host")) {
            DeliveryChanges changes = new DeliveryChanges(person, sender.clock);
            MailAddress silenced = MailAddress.parse("rua@C.example").orElseThrow();
            changes.suppress(silenced, "by a person");
            seen.add(ReportPlan.of(person, sender.policy(), sender.clock, SendFixture.DAY, 10));
            person.connection().commit();
            sender.failed.offer(failed(sender, "198.51.100.1"));
            sender.failed.offer(failed(sender, "203.0.113.1"));
            sender.runUntil(run, MORNING.plus(Duration.ofHours(8)));
            StoredDay.update(
                    store,
                    "INSERT INTO report_setting (name, content) VALUES ('" + DayMark.LATE.of(SendFixture.DAY)
                            + "', '7')");
            StoredDay.update(
                    store,
                    "INSERT INTO report_batch (host_id, seq, part, day, messages, at) VALUES ('aa', 7, 0, "
                            + SendFixture.DAY
                            + ", 5, 1), ('aa', 7, 1, " + SendFixture.DAY + ", 9, 2), ('aa', 8, 0, " + SendFixture.DAY
                            + ", 4, 3)");
            SendStatus copied = SendStatus.read(person, sender.clock.instant());
            assertThat(copied.repeated()).containsExactly(new SendStatus.Repeated(SendFixture.DAY, "aa", 5));
            seen.add(copied);
            person.connection().commit();

            seen.add(changes.resume("rua@b.example"));
            seen.add(changes.resume("rua@b.example"));
            seen.add(changes.resume(silenced.key()));
            sender.answers.clear();
            seen.add(changes.retry(DomainName.of("b.example")));
            seen.add(changes.retry(DomainName.of("a.example")));
            sender.runUntil(run, MORNING.plus(Duration.ofHours(9)));
            seen.add(SendStatus.read(person, sender.clock.instant()));
            person.connection().commit();
            seen.add(sender.deliveries());

            // Documents are removed after 30 days, and the rest after 400.
            sender.clock.advance(Duration.ofDays(35));
            sender.runUntil(run, sender.clock.instant().plus(Duration.ofMinutes(5)));
            seen.add(StoredDay.query(store, "SELECT count(*), count(body) FROM report_out"));
            sender.clock.advance(Duration.ofDays(400));
            sender.runUntil(run, sender.clock.instant().plus(Duration.ofMinutes(5)));
            seen.add(StoredDay.query(store, "SELECT count(*) FROM report_out"));
        }
        seen.add(sender.mails.stream()
                .map(mail -> mail.recipient().toString())
                .sorted()
                .toList());
        return seen;
    }

    @Test
    void bothDatabasesDoTheSame() throws Exception {
        List<Object> file = history(new StoreLocation.File(temp.resolve("store.db")));
        assertThat(history(POSTGRESQL.newDatabase("statements"))).containsExactlyElementsOf(file);
        assertThat(file.getLast()).isEqualTo(List.of("rua@a.example", "rua@b.example", "ruf@c.example"));
    }
}
