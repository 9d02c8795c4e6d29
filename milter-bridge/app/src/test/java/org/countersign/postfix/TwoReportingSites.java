package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.postfix.ReportedDomains.address;
import static org.countersign.postfix.ReportedDomains.client;
import static org.countersign.postfix.ReportedDomains.domain;
import static org.countersign.postfix.ReportedDomains.forged;
import static org.countersign.postfix.ReportedDomains.genuine;
import static org.countersign.postfix.ReportedDomains.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.countersign.dns.StaticZone;
import org.countersign.store.StoreFailure;
import org.countersign.testing.ManualClock;
import org.countersign.testing.SmtpConnection;

/**
 * Two real Postfix, each with the bridge. One receives mail of the {@link ReportedDomains}, and the other one is the rest of the
 * world, to which the reports go. The bridges and the senders of reports have clocks that a test sets.
 */
final class TwoReportingSites implements AutoCloseable {
    static final String RECEIVER = "receiver.example";
    static final String WORLD = "world.example";
    /** Sends the forged messages. */
    static final String ATTACKER = "198.51.100.7";

    private static final String BOB = "bob@" + RECEIVER;

    // Read once: the days keep their numbers if midnight comes while a test runs.
    private final Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);

    /** The time at which both sites judge mail: noon of day 0, until {@link #goOnAt}. */
    final ManualClock judging = ManualClock.at(day(0).plus(Duration.ofHours(12)));

    final ReportingSite receiver;
    final ReportingSite world;

    private TwoReportingSites(Path directory) throws Exception {
        StaticZone dns = ReportedDomains.zone();
        world = ReportingSite.start(
                WORLD, directory.resolve("world"), dns, judging, ReportedDomains.addresses(), Optional.empty());
        try {
            receiver = ReportingSite.start(
                    RECEIVER,
                    directory.resolve("receiver"),
                    dns,
                    judging,
                    List.of(BOB, ReportingSite.from(RECEIVER).toString()),
                    Optional.of(world.postfix.port()));
        } catch (Exception failure) {
            world.close();
            throw failure;
        }
    }

    /** Starts both; skips the test if a program is not installed. */
    static TwoReportingSites start(Path directory) throws Exception {
        MtaTools.assumePostfix();
        IndependentVerifier.assumeInstalled();
        return new TwoReportingSites(directory);
    }

    /** Midnight of a day. Day 0 was a week ago: its records and leases are over now. */
    Instant day(int number) {
        return today.plus(Duration.ofDays(number - 7L));
    }

    /** A clock at the time when the reports of the day before a day are due. */
    ManualClock morning(int day) {
        return ManualClock.at(day(day).plus(Duration.ofMinutes(31)));
    }

    /** Sends the messages of a domain, and checks the answers. */
    void sendMessages(int number) throws IOException {
        for (boolean own : List.of(true, false)) {
            try (SmtpConnection smtp =
                    receiver.postfix.inbound().pretend(own ? client(number) : ATTACKER, "mail." + domain(number))) {
                for (int i = 0; i < (own ? genuine(number) : forged(number)); i++) {
                    String message = "From: alice@" + domain(number) + "\r\nMessage-ID: <" + i + own + "@"
                            + domain(number) + ">\r\nSubject: hi\r\n\r\nHi\r\n";
                    SmtpConnection.Reply reply = smtp.send(
                            "alice@" + domain(number), List.of(BOB), message.getBytes(StandardCharsets.US_ASCII));
                    boolean refused = !own && policy(number).equals("reject");
                    assertThat(reply.toString()).startsWith(refused ? "550 5.7.26" : "250 ");
                }
            }
        }
    }

    /** Ends a day at both sites, and goes on at the third hour of another one. */
    void goOnAt(int day) {
        for (Instant time : List.of(judging.instant(), day(day).plus(Duration.ofHours(3)))) {
            judging.set(time);
            receiver.restartCounting();
            world.restartCounting();
        }
    }

    /** Waits until a condition holds. */
    static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** The reports that came for a domain. */
    List<DeliveredMessage> arrived(int number) throws IOException {
        return world.postfix.mailbox(address(number));
    }

    /** How many reports came for all domains. */
    int arrived() throws IOException {
        int all = 0;
        for (int i = 0; i < ReportedDomains.COUNT; i++) {
            all += arrived(i).size();
        }
        return all;
    }

    /** The addresses of the reports of the receiver, each with the state of its delivery. */
    List<String> states() throws StoreFailure, SQLException {
        return receiver.query("SELECT address || ' ' || state FROM report_delivery ORDER BY address");
    }

    @Override
    public void close() throws IOException {
        receiver.close();
        world.close();
    }
}
