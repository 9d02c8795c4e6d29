package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.countersign.james.InboundFixture.FORGER;
import static org.countersign.james.InboundFixture.sampleMessage;
import static org.countersign.james.ReportMessage.REPORTS;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.countersign.james.engine.EngineRegistry;
import org.countersign.james.mail.VerdictAttributes;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ReceiveReports with mail in James' spool. */
class ReceiveReportsTest {
    private static final String BOUNCES = "dmarc-noreply+bt0000000000000000000@reports.home.example";

    private static ZoneServer dns;

    @TempDir
    private Path directory;

    private final List<MailImpl> mails = new ArrayList<>();
    private final List<ReceiveReports> mailets = new ArrayList<>();
    private StoredReports store;

    @BeforeAll
    static void start() {
        dns = ZoneServer.start(InboundFixture.zone());
    }

    @AfterAll
    static void stop() {
        dns.close();
    }

    @BeforeEach
    void name() {
        store = new StoredReports(directory.resolve("store.db"));
    }

    @AfterEach
    void dispose() {
        mails.forEach(MailImpl::dispose);
        mailets.forEach(ReceiveReports::destroy);
    }

    private Path policy(String more) throws Exception {
        return Files.writeString(directory.resolve("countersign.yaml"), """
                authserv-id: mx.home.example
                dns: { servers: ["127.0.0.1:%d"], timeout: 30s, deadline: 60s }
                store: { file: store.db }
                %s
                """.formatted(
                        dns.address().getPort(), more));
    }

    private ReceiveReports mailet(String... parameters) throws Exception {
        return mailet(policy("protect: [home.example]"), parameters);
    }

    private ReceiveReports mailet(Path policy, String... parameters) throws Exception {
        ReceiveReports mailet = new ReceiveReports(new EngineRegistry());
        List<String> all = new ArrayList<>(List.of("config", policy.toString()));
        all.addAll(List.of(parameters));
        mailet.init(MailetParameters.of(all.toArray(String[]::new)));
        mailets.add(mailet);
        return mailet;
    }

    private MailImpl mail(String recipient, String message) throws Exception {
        MailImpl mail = SpooledMails.spooled(
                FORGER,
                "mail.forger.example",
                "bounces@sender.example",
                List.of(recipient),
                SpooledMails.received(FORGER, "mail.forger.example") + message);
        mails.add(mail);
        return mail;
    }

    /** A mail as the hook or AuthenticateMail leaves it. */
    private MailImpl checked(String message, String dmarc) throws Exception {
        MailImpl mail = mail(REPORTS, message);
        mail.setAttribute(new Attribute(VerdictAttributes.DMARC, AttributeValue.of(dmarc)));
        mail.setAttribute(new Attribute(VerdictAttributes.AUTHOR_DOMAIN, AttributeValue.of("sender.example")));
        return mail;
    }

    @Test
    void aReportIsStoredAndItsMailContinues() throws Exception {
        MailImpl mail = checked(ReportMessage.of("r1", "home.example"), "pass");
        mailet().service(mail);

        assertThat(store.received()).containsExactly("r1 pass sender.example");
        assertThat(store.rows("SELECT source_ip, messages, disposition FROM received_row"))
                .singleElement()
                .asString()
                .startsWith("203.0.113.9 5 ");
        assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
    }

    @Test
    void onRequestMailIsDiscardedOnceItsReportIsInTheStore() throws Exception {
        ReceiveReports mailet = mailet("then", "discard");
        MailImpl first = checked(ReportMessage.of("r1", "home.example"), "pass");
        MailImpl copy = checked(ReportMessage.of("r1", "home.example"), "pass");
        mailet.service(first);
        mailet.service(copy);

        assertThat(first.getState()).isEqualTo(Mail.GHOST);
        assertThat(copy.getState()).isEqualTo(Mail.GHOST);
        assertThat(store.received()).hasSize(1);
    }

    @Test
    void mailThatIsNoReportIsNeverDiscarded() throws Exception {
        ReceiveReports mailet = mailet("then", "discard");
        MailImpl letter = checked(sampleMessage("ada@sender.example"), "pass");
        MailImpl aboutOthers = checked(ReportMessage.of("r1", "stranger.example"), "pass");
        mailet.service(letter);
        mailet.service(aboutOthers);

        assertThat(letter.getState()).isEqualTo(Mail.DEFAULT);
        assertThat(aboutOthers.getState()).isEqualTo(Mail.DEFAULT);
        assertThat(store.received()).isEmpty();
    }

    @Test
    void theResultsOfTheHookTellWhoSentAReport() throws Exception {
        // The signature is good, but the hook has seen more, such as a From field that was added since.
        mailet().service(checked(ReportMessage.signed("r1", "home.example"), "fail"));

        assertThat(store.received()).containsExactly("r1 none Sender");
    }

    @Test
    void uncheckedMailIsVerifiedAndNoResultInItIsBelieved() throws Exception {
        ReceiveReports mailet = mailet();
        String forged = "Authentication-Results: mx.home.example; dmarc=pass header.from=sender.example\r\n"
                + ReportMessage.of("r1", "home.example");
        mailet.service(mail(REPORTS, forged));
        mailet.service(mail(REPORTS, ReportMessage.signed("r2", "home.example")));

        assertThat(store.received())
                .hasSize(2)
                .anySatisfy(report -> assertThat(report).startsWith("r1 none "))
                .contains("r2 pass sender.example");
    }

    @Test
    void aReportOfOursThatComesBackEndsReportsToItsAddress() throws Exception {
        store.write("INSERT INTO report_delivery (report_id, n, day, address, token, state, attempt, next_at, first_at,"
                + " owner, until, last) VALUES ('x', 0, 20000, 'dmarc@sender.example', 't0000000000000000000', 'sent', 1,"
                + " 0, 0, NULL, 0, '')");
        MailImpl bounce = mail(BOUNCES, "From: MAILER-DAEMON@sender.example\r\n\r\nNo such user\r\n");
        mailet("then", "discard").service(bounce);

        assertThat(store.rows("SELECT address FROM report_suppression")).containsExactly("dmarc@sender.example");
        assertThat(store.rows("SELECT state FROM report_delivery")).containsExactly("failed");
        assertThat(bounce.getState()).isEqualTo(Mail.GHOST);
    }

    @Test
    void whileTheStoreIsAwayMailContinuesAndOneWarningIsLogged() throws Exception {
        store = new StoredReports(directory.resolve("later/store.db"));
        Path policy = policy("protect: [home.example]");
        Files.writeString(policy, Files.readString(policy).replace("store.db", "later/store.db"));
        ReceiveReports mailet = mailet(policy, "then", "discard");
        MailImpl first = checked(ReportMessage.of("r1", "home.example"), "pass");
        MailImpl second = checked(ReportMessage.of("r2", "home.example"), "pass");
        mailet.service(first);
        mailet.service(second);
        assertThat(first.getState()).isEqualTo(Mail.DEFAULT);
        assertThat(second.getState()).isEqualTo(Mail.DEFAULT);

        Files.createDirectory(directory.resolve("later"));
        // A store that failed is left alone for ten times as long as the failure took.
        Await.until(() -> {
            MailImpl again = checked(ReportMessage.of("r1", "home.example"), "pass");
            mailet.service(again);
            return again.getState().equals(Mail.GHOST);
        });
        assertThat(store.received()).containsExactly("r1 pass sender.example");
    }

    @Test
    void mailThatCannotBeReadGoesToAProcessorThatKeepsIt() throws Exception {
        Path policy = policy("protect: [home.example]");
        Files.writeString(policy, Files.readString(policy).replace("store.db", "missing/store.db"));
        ReceiveReports mailet = mailet(policy, "failure-processor", "Unread");
        MailImpl mail = checked(ReportMessage.of("r1", "home.example"), "pass");
        mailet.service(mail);

        assertThat(mail.getState()).isEqualTo("unread");
        assertThat(mail.getErrorMessage()).contains("missing/store.db").contains("does not exist");
        assertThat(mailet.requiredProcessingState()).containsExactly(new ProcessingState("unread"));
    }

    @Test
    void jamesDoesNotStartWithAMailetThatWouldRefuseEveryReport() throws Exception {
        assertThatThrownBy(() -> mailet(policy("mode: enforce")))
                .hasMessageContaining(directory + "/countersign.yaml names none of our own domains")
                .hasMessageContaining("set protect, signing.keys or reports.receive.about");
        assertThatThrownBy(() -> mailet("then", "drop"))
                .hasMessageContaining("<then> is \"drop\"; expected keep or discard");
    }
}
