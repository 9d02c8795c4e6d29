package org.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code countersign reports receive}. */
class ReportsReceiveCommandTest {
    private static final String REPORT = """
            <feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0"><version>1.0</version>
            <report_metadata><org_name>receiver.example</org_name><email>dmarc@receiver.example</email>
            <report_id>ID</report_id><date_range><begin>1790121600</begin><end>1790207999</end></date_range></report_metadata>
            <policy_published><domain>example.org</domain><p>none</p></policy_published>
            <record><row><source_ip>192.0.2.10</source_ip><count>3</count><policy_evaluated><disposition>none</disposition>
            <dkim>pass</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>example.org</header_from>
            </identifiers><auth_results><dkim><domain>example.org</domain><selector>s1</selector><result>pass</result></dkim>
            </auth_results></record></feedback>
            """;
    private static final String MESSAGE = """
            Received: from mx.receiver.example (mx.receiver.example [198.51.100.9]) by mx.example.org; Thu, 24 Sep 2026 02:11:00 +0000
            Authentication-Results: mx.example.org; dmarc=pass header.from=receiver.example
            From: dmarc@receiver.example
            Subject: Report Domain: example.org Submitter: receiver.example
            Content-Type: text/xml

            """;

    @TempDir
    private Path temp;

    private String policy;

    @BeforeEach
    void write() throws IOException {
        policy = policy("protect: [example.org]\n").toString();
    }

    private Path policy(String text) throws IOException {
        return Files.writeString(
                temp.resolve("countersign.yaml"), "authserv-id: mx.example.org\nstore: { file: store.db }\n" + text);
    }

    private static String report(String id) {
        return REPORT.replace("<report_id>ID", "<report_id>" + id);
    }

    private CommandRun pipe(String message) {
        return CommandRun.withInput(message, "reports", "receive", "--config", policy);
    }

    private CommandRun files(Path... files) {
        String[] arguments = new String[4 + files.length];
        System.arraycopy(new String[] {"reports", "receive", "--config", policy}, 0, arguments, 0, 4);
        for (int i = 0; i < files.length; i++) {
            arguments[4 + i] = files[i].toString();
        }
        return CommandRun.of(arguments);
    }

    @Test
    void aMessageOnStandardInputIsStored() {
        CommandRun run = pipe(MESSAGE + report("r1"));

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith(
                        "stored: a part of type text/xml: receiver.example about example.org, 2026-09-23, 3 messages,"
                                + " authenticated");
    }

    @Test
    void aRefusedMessageEndsWell() {
        CommandRun run = pipe(MESSAGE + "unused");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("refused: ").contains("not XML: the content begins with `unused`");
    }

    @Test
    void everyErrorOfThisSystemLetsTheMailServerTryAgain() throws Exception {
        Files.createDirectory(temp.resolve("store.db"));
        CommandRun away = pipe(MESSAGE + report("r1"));
        assertThat(away.status()).isEqualTo(ExitStatus.TRY_AGAIN.code());
        assertThat(away.err()).contains("store.db");

        policy = policy("protcet: [example.org]\n").toString();
        assertThat(pipe(MESSAGE + report("r1")).status()).isEqualTo(ExitStatus.TRY_AGAIN.code());

        policy = policy("").toString();
        CommandRun nobody = pipe(MESSAGE + report("r1"));
        assertThat(nobody.status()).isEqualTo(ExitStatus.TRY_AGAIN.code());
        assertThat(nobody.err()).contains("names none of our own domains");
    }

    @Test
    void filesAreReadRecursivelyAndSummedUp() throws Exception {
        Path maildir = temp.resolve("Maildir");
        Files.createDirectories(maildir.resolve("cur"));
        Files.createDirectories(maildir.resolve("tmp"));
        Files.writeString(maildir.resolve("cur/1.host:2,S"), MESSAGE + report("r1"));
        Files.writeString(maildir.resolve("tmp/2.host"), MESSAGE + report("r2"));
        Files.writeString(maildir.resolve("dovecot-uidlist"), "3 V1 N2");
        Path mbox = Files.writeString(
                temp.resolve("old"),
                "From a@b Thu Sep 24 02:11:00 2026\n" + MESSAGE + report("r3") + "\nFrom a@b Thu Sep 24 02:11:00 2026\n"
                        + MESSAGE + report("r1") + "\n");

        CommandRun run = files(maildir, mbox);

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("old: message 1: ").endsWith("2 stored, 1 stored before, 0 refused, 1 other\n");
    }

    @Test
    void aMessageInAnArchiveIsNamedByTheMboxFileAndItsNumber() throws Exception {
        Path archive = temp.resolve("export.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            zip.putNextEntry(new ZipEntry("Mail/dmarc\u0007.mbox"));
            zip.write(("From a@b Thu Sep 24 02:11:00 2026\n" + MESSAGE + report("r1") + "\n").getBytes(UTF_8));
        }

        CommandRun run = files(archive);

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith("stored: " + archive + ": Mail/dmarc\\x07.mbox: message 1: ")
                .endsWith("1 stored, 0 stored before, 0 refused, 0 other\n");
    }

    @Test
    void aFileThatIsNoReportIsAnErrorIfItIsNamed() throws Exception {
        CommandRun run = files(Files.writeString(temp.resolve("note.txt"), "hello"));

        assertThat(run.status()).isEqualTo(ExitStatus.CHECK_FAILED.code());
        assertThat(run.out()).contains("not XML: the content begins with `hello`");
        assertThat(files(temp.resolve("missing.xml")).status()).isEqualTo(ExitStatus.NO_INPUT.code());
    }

    @Test
    void aFileMayFollowARecipient() throws Exception {
        Path report = Files.writeString(temp.resolve("dmarc@example.org.eml"), MESSAGE + report("r1"));
        Path other = Files.writeString(temp.resolve("other.xml"), report("r2"));

        CommandRun run = CommandRun.of(
                "reports", "receive", "--config", policy, "--recipient", "dmarc@example.org", "" + report, "" + other);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).endsWith("2 stored, 0 stored before, 0 refused, 0 other\n");
    }

    /**
     * Postfix makes arguments of their own of the recipients of one message, and bounces mail on a status such as 66. The first form
     * is what it makes of {@code --recipient=${recipient}}, the other of two arguments.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--recipient=dmarc@example.org --recipient=ruf@example.org",
                "--recipient dmarc@example.org ruf@example.org",
                "--recipient dmarc@example.org --recipient ruf@example.org --quiet"
            })
    void severalRecipientsOfAMessageAreNoFiles(String arguments) {
        List<String> all = new ArrayList<>(List.of("reports", "receive", "--config", policy));
        all.addAll(List.of(arguments.split(" ", -1)));

        CommandRun run = CommandRun.withInput(MESSAGE + "unused", all.toArray(String[]::new));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("refused: ");
    }

    /** Lets the store have a report that was sent, and returns its envelope sender. */
    private String returnedTo() throws Exception {
        String token = "b".repeat(20);
        try (Store store = Store.openForWriting(new StoreLocation.File(temp.resolve("store.db")));
                Statement statement = store.connection().createStatement()) {
            statement.executeUpdate(
                    "INSERT INTO report_delivery (report_id, n, day, address, token, state, attempt, next_at,"
                            + " first_at, until, last) VALUES ('r', 0, 1, 'dmarc@example.net', '" + token
                            + "', 'sent', 1, 0, 0, 0, '')");
            store.commit();
        }
        return "dmarc-noreply+b" + token + "@reports.example.org";
    }

    /** A bounce whose header names another recipient than its envelope, as a message and as a file. */
    @Test
    void theSecondRecipientOfTheEnvelopeTellsThatAReportCameBack() throws Exception {
        String bounce = "From: MAILER-DAEMON@mx.example.net\nTo: undisclosed-recipients:;\n\nno such user\n";
        String returned = returnedTo();
        Path file = Files.writeString(temp.resolve("bounce.eml"), bounce);

        CommandRun piped = CommandRun.withInput(
                bounce,
                "reports",
                "receive",
                "--config",
                policy,
                "--recipient=dmarc@example.org",
                "--recipient=" + returned);
        CommandRun read =
                CommandRun.of("reports", "receive", "--config", policy, "--recipient", returned, file.toString());

        assertThat(piped.out()).startsWith("came back: ");
        assertThat(read.out()).startsWith("came back: ");
    }

    @Test
    void aRecipientNeedsItsAddress() {
        CommandRun run = CommandRun.withInput("", "reports", "receive", "--config", policy, "--recipient");

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE.code());
        assertThat(run.err()).contains("Missing required parameter for option '--recipient' (ADDRESS)");
    }
}
