package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.countersign.dns.StaticZone;
import org.countersign.metrics.Meter;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The thread that sends while a service runs. */
class ReportSenderTest {
    @TempDir
    private Path temp;

    /** The server takes the connection and says nothing, so that only a closed connection ends the wait of 90 seconds. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void endsAlthoughAServerSaysNothing() throws Exception {
        StoreLocation store = new StoreLocation.File(temp.resolve("store.db"));
        StoredDay.prepare(store);
        StoredDay.add(store, SendFixture.DAY, "one.example", 1, true);
        SendFixture fixture = new SendFixture(
                store, SendFixture.asking(StaticZone.builder(), "one.example", "mailto:dmarc@one.example"));
        // Late enough in the hours of sending that the first report is due at once.
        fixture.clock.set(PlannedReport.begin(SendFixture.DAY + 1).plus(Duration.ofHours(5)));
        InstantSource clock = () -> fixture.clock.instant();
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fixture.settings = new SendSettings(
                    Optional.of(SendFixture.FROM),
                    Optional.empty(),
                    Optional.empty(),
                    new MailServer("127.0.0.1", silent.getLocalPort()),
                    SendWindow.DEFAULT,
                    true,
                    SendSettings.OFF.choice(),
                    SendSettings.OFF.limits());
            try (ReportSender sender = ReportSender.start(
                            store, fixture::policy, new SmtpSubmission(), clock, fixture.events::add, Meter.NONE);
                    Socket connection = silent.accept()) {
                assertThat(connection.isConnected()).isTrue();
                stop(sender);
            }
        }
        assertThat(fixture.deliveries()).containsExactly("dmarc@one.example waiting");
        assertThat(fixture.eventNames()).doesNotContain("reports-not-sent");
    }

    /** Stops a sender before its connection is closed. */
    private static void stop(ReportSender sender) {
        sender.close();
    }
}
