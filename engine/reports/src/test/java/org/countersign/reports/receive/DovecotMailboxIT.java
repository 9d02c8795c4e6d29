package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading a mailbox of a real Dovecot over TLS, with a certificate of its own. Needs to run as root. */
class DovecotMailboxIT {
    @TempDir
    private Path temp;

    private final List<Outcome> outcomes = new ArrayList<>();
    private Dovecot dovecot;

    @BeforeAll
    static void findDovecot() {
        Dovecot.assumePresent();
    }

    @BeforeEach
    void prepare() throws Exception {
        dovecot = new Dovecot(temp);
    }

    @AfterEach
    void stop() throws Exception {
        dovecot.close();
    }

    private void deliver(int first, int count) throws IOException {
        for (int i = first; i < first + count; i++) {
            dovecot.deliver(
                    i,
                    new ReportMail()
                            .results("mx.example.org", "pass", "receiver.example")
                            .report(ReportMail.xml("r" + i, "example.org", 1))
                            .octets());
        }
    }

    private void read(ReceiveFixture fixture, ImapSettings settings) throws Exception {
        outcomes.clear();
        new ReportMailbox(settings, temp.resolve("countersign.yaml"), fixture.receiver(), "a", fixture.clock)
                .read((uid, result) -> outcomes.addAll(result), () -> false);
    }

    @Test
    void messagesAreReadFlaggedAndMovedOverTls() throws Exception {
        deliver(0, 55);
        dovecot.start();
        Optional<String> ca = Optional.of("cert.pem");
        try (ReceiveFixture fixture = new ReceiveFixture(temp)) {
            read(fixture, dovecot.settings("localhost", ca, ImapSettings.Then.SEEN));
            assertThat(outcomes).hasSize(55).allMatch(Outcome.Stored.class::isInstance);

            deliver(55, 2);
            dovecot.giveAway();
            read(fixture, dovecot.settings("localhost", ca, ImapSettings.Then.MOVE));

            assertThat(outcomes).hasSize(2);
            assertThat(dovecot.messages(".Read")).hasSizeGreaterThanOrEqualTo(2);
            assertThat(fixture.number("SELECT count(*) FROM received_report")).isEqualTo(57);
        }
    }

    @Test
    void aCertificateThatIsNotTrustedOrNamesAnotherHostIsRefused() throws Exception {
        deliver(0, 1);
        dovecot.start();
        try (ReceiveFixture fixture = new ReceiveFixture(temp)) {
            ImapSettings untrusted = dovecot.settings("localhost", Optional.empty(), ImapSettings.Then.SEEN);
            assertThat(catchThrowableOfType(MailboxFailure.class, () -> read(fixture, untrusted))
                            .problem())
                    .endsWith(": name the file of its certificate or of its authority in reports.receive.imap.ca-file");
            ImapSettings elsewhere = dovecot.settings("127.0.0.1", Optional.of("cert.pem"), ImapSettings.Then.SEEN);
            assertThat(catchThrowableOfType(MailboxFailure.class, () -> read(fixture, elsewhere))
                            .problem())
                    .endsWith(": the certificate of the server must name reports.receive.imap.host, see ca-file");
            assertThat(dovecot.messages(".")).hasSize(1);
        }
    }
}
