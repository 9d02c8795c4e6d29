package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Flags;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.countersign.reports.document.AggregateReportReader;
import org.countersign.store.StoreFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading a mailbox of an IMAP server in this process. */
class ReportMailboxTest {
    private static final String USER = "dmarc";

    @TempDir
    private Path temp;

    private GreenMail server;
    private GreenMailUser user;
    private ReceiveFixture fixture;
    private final List<Outcome> outcomes = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        ServerSetup setup = ServerSetup.IMAP.dynamicPort();
        setup.setServerStartupTimeout(TimeUnit.MINUTES.toMillis(2));
        server = new GreenMail(setup);
        server.start();
        user = server.setUser(USER, USER, "secret");
        Path password = temp.resolve("password");
        Files.writeString(password, "secret\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        fixture = new ReceiveFixture(temp);
    }

    @AfterEach
    void stop() {
        fixture.close();
        server.stop();
    }

    private ImapSettings settings(ImapSettings.Then then) {
        return settings(server.getImap().getPort(), then);
    }

    private static ImapSettings settings(int port, ImapSettings.Then then) {
        return new ImapSettings(
                Optional.of("127.0.0.1"),
                Optional.of(port),
                ImapSettings.Security.NONE,
                Optional.empty(),
                Optional.of(USER),
                Optional.of("password"),
                "INBOX",
                then,
                then == ImapSettings.Then.MOVE ? Optional.of("Read") : Optional.empty(),
                Duration.ofMinutes(5));
    }

    private ReportMailbox mailbox(ImapSettings.Then then, String owner) {
        return mailbox(then, owner, fixture.receiver());
    }

    private ReportMailbox mailbox(ImapSettings.Then then, String owner, ReportReceiver receiver) {
        return new ReportMailbox(settings(then), temp.resolve("countersign.yaml"), receiver, owner, fixture.clock);
    }

    private boolean read(ReportMailbox mailbox) throws MailboxFailure, StoreFailure {
        outcomes.clear();
        return mailbox.read((uid, result) -> outcomes.addAll(result), () -> false);
    }

    private void deliver(ReportMail mail) throws MessagingException {
        user.deliver(new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail.octets())));
    }

    private static ReportMail report(String id) {
        return new ReportMail()
                .results("mx.example.org", "pass", "receiver.example")
                .report(ReportMail.xml(id, "example.org", 1));
    }

    private MailFolder folder(String name) {
        return server.getManagers().getImapHostManager().getFolder(user, name);
    }

    private long stored() throws Exception {
        return fixture.number("SELECT count(*) FROM received_report");
    }

    @Test
    void everyMessageIsReadOnceInStepsAndFlagged() throws Exception {
        for (int i = 0; i < 55; i++) {
            deliver(report("r" + i));
        }

        assertThat(read(mailbox(ImapSettings.Then.SEEN, "a"))).isTrue();
        assertThat(outcomes).hasSize(55).allMatch(Outcome.Stored.class::isInstance);
        assertThat(stored()).isEqualTo(55);
        assertThat(folder("INBOX").getMessages())
                .allMatch(message -> message.getFlags().contains(Flags.Flag.SEEN));

        deliver(report("r55"));
        read(mailbox(ImapSettings.Then.SEEN, "a"));
        assertThat(outcomes).hasSize(1);
    }

    @Test
    void messagesBehindALongGapAreReadInSteps() throws Exception {
        for (int i = 0; i < 400; i++) {
            deliver(new ReportMail().text("removed"));
        }
        folder("INBOX").deleteAllMessages();
        for (int i = 0; i < 60; i++) {
            deliver(new ReportMail().text("hello"));
        }
        try (MailboxProxy proxy = new MailboxProxy(server.getImap().getPort())) {
            ImapSettings settings = settings(proxy.port(), ImapSettings.Then.SEEN);
            read(new ReportMailbox(settings, temp.resolve("countersign.yaml"), fixture.receiver(), "a", fixture.clock));

            assertThat(outcomes).hasSize(60);
            assertThat(proxy.mostNamed()).isLessThanOrEqualTo(50);
        }
    }

    @Test
    void readingDoesNotChangeAMailboxUnlessItShould() throws Exception {
        deliver(report("r1"));

        read(mailbox(ImapSettings.Then.LEAVE, "a"));

        assertThat(outcomes).hasSize(1);
        assertThat(folder("INBOX").getMessages().getFirst().getFlags().contains(Flags.Flag.SEEN))
                .isFalse();
    }

    @Test
    void messagesAreMovedAndDeletedAfterTheyAreStored() throws Exception {
        server.getManagers().getImapHostManager().createMailbox(user, "Read");
        deliver(report("r1"));
        deliver(new ReportMail().text("no report"));

        read(mailbox(ImapSettings.Then.MOVE, "a"));

        assertThat(folder("INBOX").getMessageCount()).isZero();
        assertThat(folder("Read").getMessageCount()).isEqualTo(2);
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Refused.class);

        deliver(report("r2"));
        read(mailbox(ImapSettings.Then.DELETE, "a"));
        assertThat(folder("INBOX").getMessageCount()).isZero();
        assertThat(stored()).isEqualTo(2);
    }

    @Test
    void whatIsStoredIsReportedThoughItsMessageCannotBeMoved() throws Exception {
        deliver(report("r1"));

        assertThatThrownBy(() -> read(mailbox(ImapSettings.Then.MOVE, "a"))).isInstanceOf(MailboxFailure.class);

        assertThat(outcomes).singleElement().isInstanceOf(Outcome.Stored.class);
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void nothingIsMovedWhileTheStoreIsAway() throws Exception {
        server.getManagers().getImapHostManager().createMailbox(user, "Read");
        deliver(report("r1"));
        Path file = temp.resolve("store.db");
        Files.createDirectory(file);

        assertThatThrownBy(() -> read(mailbox(ImapSettings.Then.MOVE, "a"))).isInstanceOf(StoreFailure.class);
        assertThat(folder("INBOX").getMessageCount()).isEqualTo(1);

        Files.delete(file);
        read(mailbox(ImapSettings.Then.MOVE, "a"));
        assertThat(folder("Read").getMessageCount()).isEqualTo(1);
        assertThat(stored()).isEqualTo(1);
    }

    /** A reader that ends as a process without memory does: nothing is written any more. */
    private void readAndDie(ImapSettings.Then then) {
        ReportMailbox.Progress dying = (uid, result) -> outcomes.addAll(result);
        ReportMailbox mailbox = mailbox(then, "a", fixture.receiver((document, rowsBefore) -> {
            throw new OutOfMemoryError("as in production");
        }));
        assertThatThrownBy(() -> mailbox.read(dying, () -> false)).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void aMessageThatEndsTheProcessIsLeftAsideAfterThreeAttempts() throws Exception {
        server.getManagers().getImapHostManager().createMailbox(user, "Read");
        deliver(report("bad"));
        deliver(report("good"));
        for (int i = 0; i < MailboxAttempts.MAX; i++) {
            readAndDie(ImapSettings.Then.MOVE);
        }
        List<String> left = new ArrayList<>();
        ReportMailbox.Progress progress = new ReportMailbox.Progress() {
            @Override
            public void read(long uid, List<Outcome> result) {
                outcomes.addAll(result);
            }

            @Override
            public void leftAside(String message, String problem) {
                left.add(message + ": " + problem);
            }
        };
        assertThat(mailbox(ImapSettings.Then.MOVE, "a").read(progress, () -> false))
                .isTrue();

        assertThat(left)
                .singleElement()
                .asString()
                .startsWith("UID 1, received ")
                .contains(" octets: it could not be read in 3 attempts, or ended the process: save it to a file");
        assertThat(outcomes).hasSize(2);
        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Refused.class);
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Stored.class);
        // Neither then nor at the next look is it moved.
        read(mailbox(ImapSettings.Then.MOVE, "a"));
        assertThat(outcomes).isEmpty();
        assertThat(folder("INBOX").getMessageCount()).isEqualTo(1);
        assertThat(folder("Read").getMessageCount()).isEqualTo(1);
    }

    @Test
    void aMessageOfAnInternalErrorStaysAndIsNamed() throws Exception {
        deliver(report("bad"));
        deliver(report("good"));
        int[] reads = {0};
        ReportMailbox mailbox = mailbox(ImapSettings.Then.DELETE, "a", fixture.receiver((document, rowsBefore) -> {
            reads[0]++;
            if (reads[0] == 1) {
                throw new StackOverflowError();
            }
            throw new IllegalStateException("a defect");
        }));
        read(mailbox);
        assertThat(outcomes)
                .hasSize(2)
                .allSatisfy(outcome -> assertThat(outcome.describe()).startsWith("internal error, please report it: "));
        read(mailbox);
        assertThat(outcomes).isEmpty();
        assertThat(folder("INBOX").getMessageCount()).isEqualTo(2);
    }

    @Test
    void aMessageThatWasLeftAsideStaysThoughTheNextOneEndsTheProcess() throws Exception {
        deliver(report("bad"));
        deliver(report("worse"));
        int[] reads = {0};
        ReportMailbox mailbox = mailbox(ImapSettings.Then.DELETE, "a", fixture.receiver((document, rowsBefore) -> {
            reads[0]++;
            if (reads[0] == 1) {
                throw new IllegalStateException("a defect");
            }
            throw new OutOfMemoryError("as in production");
        }));
        assertThatThrownBy(() -> read(mailbox)).isInstanceOf(OutOfMemoryError.class);

        read(mailbox(ImapSettings.Then.DELETE, "a"));

        assertThat(outcomes).singleElement().isInstanceOf(Outcome.Stored.class);
        assertThat(folder("INBOX").getMessageCount()).isEqualTo(1);
    }

    @Test
    void aMessageThatWasStoredAndNotDeletedIsDeletedAtTheNextLook() throws Exception {
        deliver(report("r1"));
        read(mailbox(ImapSettings.Then.LEAVE, "a"));
        read(mailbox(ImapSettings.Then.DELETE, "a"));
        assertThat(folder("INBOX").getMessageCount()).isZero();
    }

    @Test
    void aStoreThatIsAwayIsNoAttempt() throws Exception {
        deliver(new ReportMail()
                .results("mx.example.org", "pass", "receiver.example")
                .report(ReportMail.xml("r1", "example.org", 1)
                        .replaceFirst("(?s)<record>.*</record>", "$0".repeat(500))));
        ReportReceiver full = fixture.receiver((document, rowsBefore) -> {
            fixture.fillStore();
            return new AggregateReportReader(fixture.settings.documentLimits(), fixture.clock)
                    .read(document, rowsBefore);
        });
        ReportMailbox mailbox = mailbox(ImapSettings.Then.SEEN, "a", full);
        for (int i = 0; i <= MailboxAttempts.MAX; i++) {
            assertThat(catchThrowableOfType(StoreFailure.class, () -> read(mailbox))
                            .reason())
                    .isEqualTo(StoreFailure.Reason.FULL);
        }
        read(mailbox(ImapSettings.Then.SEEN, "a"));
        assertThat(outcomes).singleElement().isInstanceOf(Outcome.Stored.class);
    }

    @Test
    void oneHostReadsAndAnotherTakesOverOnceTheFirstIsGone() throws Exception {
        deliver(report("r1"));
        ReportMailbox first = mailbox(ImapSettings.Then.SEEN, "a");
        assertThat(read(first)).isTrue();
        deliver(report("r2"));

        assertThat(read(mailbox(ImapSettings.Then.SEEN, "b"))).isFalse();
        assertThat(outcomes).isEmpty();

        fixture.clock.advance(Duration.ofSeconds(MailboxLease.SECONDS + 1));
        assertThat(read(mailbox(ImapSettings.Then.SEEN, "b"))).isTrue();
        assertThat(outcomes).hasSize(1);
        assertThat(read(first)).isFalse();
    }

    @Test
    void aHostThatEndsGivesTheMailboxBack() throws Exception {
        ReportMailbox first = mailbox(ImapSettings.Then.SEEN, "a");
        read(first);
        first.release();

        assertThat(read(mailbox(ImapSettings.Then.SEEN, "b"))).isTrue();
    }

    @Test
    void aWrongPasswordAndAMissingMailboxAreNamed() throws Exception {
        Files.writeString(temp.resolve("password"), "wrong");
        assertThat(catchThrowableOfType(MailboxFailure.class, () -> read(mailbox(ImapSettings.Then.SEEN, "a")))
                        .problem())
                .startsWith("mailbox dmarc@127.0.0.1/INBOX cannot be read: ")
                .endsWith(": check reports.receive.imap.user and password-file")
                .doesNotContain("wrong");
    }

    @Test
    void aServerThatDoesNotAnswerIsAFailureAndTheNextAttemptGoesOn() throws Exception {
        deliver(report("r1"));
        ReportMailbox mailbox = mailbox(ImapSettings.Then.SEEN, "a");
        server.stop();

        assertThat(catchThrowableOfType(MailboxFailure.class, () -> read(mailbox))
                        .problem())
                .contains("check that the server runs");
    }
}
