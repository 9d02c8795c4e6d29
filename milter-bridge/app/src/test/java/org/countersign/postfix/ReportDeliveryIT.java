package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.postfix.ReportedDomains.address;
import static org.countersign.postfix.ReportedDomains.forged;
import static org.countersign.postfix.ReportedDomains.genuine;
import static org.countersign.postfix.TwoReportingSites.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.countersign.dns.StaticZone;
import org.countersign.reports.receive.Outcome;
import org.countersign.reports.send.MailServer;
import org.countersign.reports.send.SimulatedSending;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.Test;

/**
 * Reports whose delivery fails: mail servers refuse them, send them back or are down, and a sender is killed. Each report ends in
 * its state, and its receiver counts it once.
 */
class ReportDeliveryIT extends TwoSitesTestBase {
    private static final int KILLED = 137;

    @Test
    void everyAnswerEndsInItsState() throws Exception {
        for (int i = 0; i < 4; i++) {
            sites.sendMessages(i);
        }
        sites.goOnAt(1);
        sites.receiver.answer(Map.of(address(0), "450 4.2.0 later", address(1), "550 5.1.1 no such user"));
        sites.world.answer(Map.of(address(2), "550 5.1.1 no such user", address(3), "450 4.2.0 later"));
        try (SimulatedSending sender = sites.receiver.sender("a", morning(1))) {
            sender.runUntil(day(1).plus(Duration.ofHours(9)));
            assertThat(sites.states())
                    .containsExactly(
                            address(0) + " waiting",
                            address(1) + " failed",
                            address(2) + " sent",
                            address(3) + " sent");
            String bounces = ReportingSite.from(TwoReportingSites.RECEIVER).toString();
            await(() -> sites.receiver.postfix.mailbox(bounces).size() == 1);
            assertThat(sites.receiver.read(bounces)).singleElement().isInstanceOf(Outcome.Returned.class);
            sites.receiver.answer(Map.of());
            sites.world.answer(Map.of());
            sender.runUntil(day(2));
            assertThat(sites.states())
                    .containsExactly(
                            address(0) + " sent", address(1) + " failed", address(2) + " failed", address(3) + " sent");
        }
        sites.receiver.postfix.flushQueue();
        await(() -> sites.arrived() == 2);
        assertThat(Stream.of(sites.arrived(0), sites.arrived(3))).allMatch(mails -> mails.size() == 1);
        assertThat(sites.receiver.query("SELECT address FROM report_suppression ORDER BY address"))
                .containsExactly(address(1), address(2));
    }

    @Test
    void aWorldThatIsDownForTwoDaysGetsItsMailLater() throws Exception {
        sites.sendMessages(0);
        sites.goOnAt(1);
        sites.world.postfix.stopServer();
        try (SimulatedSending sender = sites.receiver.sender("a", morning(1))) {
            sender.runUntil(day(3));
            assertThat(sites.states()).containsExactly(address(0) + " sent");
        }
        sites.world.postfix.startServer();
        sites.receiver.postfix.flushQueue();
        await(() -> sites.arrived() == 1);

        sites.goOnAt(3);
        sites.sendMessages(2);
        sites.goOnAt(4);
        sites.receiver.reachable(false);
        try (SimulatedSending sender = sites.receiver.sender("b", morning(4))) {
            sender.runUntil(day(6).plus(Duration.ofHours(12)));
            assertThat(sites.states()).containsExactly(address(0) + " sent", address(2) + " expired");
            sites.receiver.reachable(true);
            sender.runUntil(day(7));
        }
        assertThat(sites.states()).containsExactly(address(0) + " sent", address(2) + " expired");
        assertThat(sites.arrived()).isEqualTo(1);
    }

    /** The sender of the receiving site in a process of its own, which ends as soon as a report was accepted. */
    static final class EndingSender {
        public static void main(String[] arguments) throws StoreFailure {
            MailServer server = new MailServer("127.0.0.1", Integer.parseInt(arguments[1]));
            ManualClock clock = ManualClock.at(Instant.parse(arguments[2]));
            StaticZone zone = ReportedDomains.zone();
            try (SimulatedSending sender = new SimulatedSending(
                    new StoreLocation.File(Path.of(arguments[0])),
                    "killed",
                    clock,
                    () -> ReportingSite.policy(TwoReportingSites.RECEIVER, server, zone, clock),
                    // As by kill -9: no more instruction of the program.
                    () -> Runtime.getRuntime().halt(KILLED))) {
                sender.runUntil(Instant.parse(arguments[3]));
            }
        }
    }

    @Test
    void aSenderThatIsKilledBeforeItsNoteSendsTheSameReportAgainAndItCountsOnce() throws Exception {
        sites.sendMessages(0);
        sites.goOnAt(1);
        Process killed = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndingSender.class.getName(),
                        sites.receiver.store.path().toString(),
                        Integer.toString(sites.receiver.postfix.port()),
                        morning(1).instant().toString(),
                        day(2).toString())
                .inheritIO()
                .start();
        assertThat(killed.waitFor()).isEqualTo(KILLED);
        assertThat(sites.states()).containsExactly(address(0) + " waiting");

        try (SimulatedSending sender = sites.receiver.sender("next", morning(1))) {
            sender.runUntil(day(2));
        }
        assertThat(sites.states()).containsExactly(address(0) + " sent");
        await(() -> sites.arrived() == 2);
        assertThat(sites.arrived(0).stream().flatMap(message -> message.values("Message-ID").stream()))
                .hasSize(2)
                .containsOnly(sites.arrived(0).getFirst().values("Message-ID").getFirst());
        assertThat(sites.world.read(address(0)))
                .extracting(outcome -> outcome.getClass().getSimpleName())
                .containsExactly("Stored", "Duplicate");
        assertThat(sites.world.query("SELECT messages FROM received_report"))
                .containsExactly(Integer.toString(genuine(0) + forged(0)));
    }
}
