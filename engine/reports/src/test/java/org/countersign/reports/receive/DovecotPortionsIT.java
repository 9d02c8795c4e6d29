package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.countersign.store.StoreFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large mailboxes of a real Dovecot, and connections to it that end. Needs to run as root. */
class DovecotPortionsIT {
    @TempDir
    private Path temp;

    private final List<Outcome> outcomes = new ArrayList<>();
    private Dovecot dovecot;
    private MailboxProxy proxy;
    private ReceiveFixture fixture;

    @BeforeAll
    static void findDovecot() {
        Dovecot.assumePresent();
    }

    @BeforeEach
    void prepare() throws Exception {
        dovecot = new Dovecot(temp);
        proxy = new MailboxProxy(dovecot.plainPort);
        fixture = new ReceiveFixture(temp);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
        proxy.close();
        dovecot.close();
    }

    private void read(ImapSettings.Then then) throws MailboxFailure, StoreFailure {
        outcomes.clear();
        new ReportMailbox(
                        Dovecot.plain(proxy.port(), then),
                        temp.resolve("countersign.yaml"),
                        fixture.receiver(),
                        "a",
                        fixture.clock)
                .read((uid, result) -> outcomes.addAll(result), () -> false);
    }

    private static byte[] report(int number) {
        return new ReportMail()
                .results("mx.example.org", "pass", "receiver.example")
                .report(ReportMail.xml("r" + number, "example.org", 1))
                .octets();
    }

    /** The UIDs of the messages, as Dovecot keeps them, and the UIDVALIDITY of the mailbox. */
    private void number(long validity, int... uids) throws IOException {
        StringBuilder list = new StringBuilder(
                "3 V" + validity + " N" + (uids[uids.length - 1] + 1) + " G0123456789abcdef0123456789abcdef\n");
        List<Path> files = dovecot.messages(".").stream().sorted().toList();
        for (int i = 0; i < uids.length; i++) {
            list.append(uids[i]).append(" :").append(name(files.get(i))).append('\n');
        }
        Files.writeString(temp.resolve("mail/dovecot-uidlist"), list);
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.contains(":") ? name.substring(0, name.indexOf(':')) : name;
    }

    private long messages() throws Exception {
        return fixture.number("SELECT sum(messages) FROM received_report");
    }

    @Test
    void aLargeMailboxIsReadInPortionsByOneConnectionAfterAnother() throws Exception {
        for (int i = 0; i < 230; i++) {
            dovecot.deliver(
                    i, i % 100 == 0 ? report(i) : new ReportMail().text("hello").octets());
        }
        dovecot.start();

        read(ImapSettings.Then.SEEN);

        assertThat(outcomes).hasSize(230);
        assertThat(messages()).isEqualTo(3);
        assertThat(proxy.connections()).isEqualTo(2);
        assertThat(proxy.mostNamed()).isLessThanOrEqualTo(50);
        assertThat(dovecot.messages(".")).allMatch(file -> file.toString().contains("S"));
    }

    @Test
    void aMailboxOfFewMessagesWithLargeNumbersIsReadInPortions() throws Exception {
        for (int i = 0; i < 123; i++) {
            dovecot.deliver(i, report(i));
        }
        int[] uids = new int[123];
        for (int i = 0; i < uids.length; i++) {
            uids[i] = i < 3 ? 5_000 * (i + 1) : 2_000_000_000 + i;
        }
        number(1_790_000_000L, uids);
        dovecot.start();

        read(ImapSettings.Then.MOVE);

        assertThat(outcomes).hasSize(123).allMatch(Outcome.Stored.class::isInstance);
        assertThat(proxy.mostNamed()).isLessThanOrEqualTo(50);
        assertThat(dovecot.messages(".Read")).hasSize(123);
    }

    @Test
    void aMailboxThatWasNumberedAgainIsReadAgainAndCountsOnce() throws Exception {
        for (int i = 0; i < 3; i++) {
            dovecot.deliver(i, report(i));
        }
        dovecot.start();
        read(ImapSettings.Then.LEAVE);
        assertThat(outcomes).hasSize(3).allMatch(Outcome.Stored.class::isInstance);
        dovecot.stop();
        dovecot.deliver(3, report(3));
        try (var files = Files.list(temp.resolve("mail"))) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith("dovecot"))
                    .toList()) {
                Files.delete(file);
            }
        }
        number(1_790_000_001L, 1, 2, 3, 4);
        dovecot.start();

        read(ImapSettings.Then.LEAVE);

        assertThat(outcomes).hasSize(4);
        assertThat(outcomes.subList(0, 3)).allMatch(Outcome.Duplicate.class::isInstance);
        assertThat(messages()).isEqualTo(4);
        read(ImapSettings.Then.LEAVE);
        assertThat(outcomes).isEmpty();
    }

    @Test
    void aConnectionThatEndsInTheMiddleOfAMessageCostsNoneAndCountsNoneTwice() throws Exception {
        for (int i = 0; i < 20; i++) {
            dovecot.deliver(i, report(i));
        }
        dovecot.start();
        int ended = 0;
        int reported = 0;
        for (int run = 0; run < 30 && stored() < 20; run++) {
            // At another octet each time.
            proxy.cutAfter(12_000 + 100 * run);
            ended += fails() ? 1 : 0;
            reported += outcomes.size();
            assertThat(outcomes).allMatch(Outcome.Stored.class::isInstance);
        }

        assertThat(stored()).isEqualTo(20);
        assertThat(messages()).isEqualTo(20);
        assertThat(reported).isEqualTo(20);
        assertThat(ended).isGreaterThan(1);
    }

    private long stored() throws Exception {
        return Files.exists(temp.resolve("store.db")) ? fixture.number("SELECT count(*) FROM received_report") : 0;
    }

    private boolean fails() throws StoreFailure {
        try {
            read(ImapSettings.Then.SEEN);
            return false;
        } catch (MailboxFailure ended) {
            assertThat(ended.problem()).startsWith("mailbox dmarc@127.0.0.1/INBOX cannot be read: ");
            return true;
        }
    }
}
