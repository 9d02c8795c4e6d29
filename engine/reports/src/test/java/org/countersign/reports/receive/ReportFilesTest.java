package org.countersign.reports.receive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.countersign.reports.document.AggregateReportReader;
import org.countersign.reports.receive.MessageReports.DocumentReader;
import org.countersign.store.StoreFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of reports, some of which end the process that reads them. */
class ReportFilesTest {
    private static final long HEAP = 64 << 20;

    /** In place of a signal that ends the process. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    @TempDir
    private Path temp;

    @SuppressWarnings("NullAway.Init")
    private ReceiveFixture fixture;

    private final List<String> seen = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        fixture = new ReceiveFixture(temp);
        Files.createDirectories(temp.resolve("new"));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private final class Recorder implements ReportFiles.Progress {
        @Override
        public void read(String name, int number, List<Outcome> outcomes) {
            outcomes.forEach(
                    outcome -> seen.add(label(name, number) + outcome.getClass().getSimpleName()));
        }

        @Override
        public void unreadable(Path file, IOException problem) {
            seen.add(label(file.toString(), 0) + "unreadable: " + problem.getMessage());
        }

        @Override
        public void failed(String name, int number, String problem) {
            seen.add(label(name, number) + problem);
        }

        @Override
        public void readLast(Path file) {
            seen.add(label(file.toString(), 0) + "last");
        }

        @Override
        public void passedOver(Path file) {
            seen.add(label(file.toString(), 0) + "passed over");
        }

        private String label(String name, int number) {
            return name.substring((temp.resolve("new") + "/").length()) + (number == 0 ? "" : " " + number) + ": ";
        }
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(temp.resolve("new").resolve(name), content, ISO_8859_1);
    }

    /** Reads documents, and fails at those with the id "bad". */
    private DocumentReader failing(Error error) {
        AggregateReportReader reader = new AggregateReportReader(fixture.settings.documentLimits(), fixture.clock);
        return (document, rowsBefore) -> {
            try (InputStream in = document.open()) {
                if (new String(in.readAllBytes(), ISO_8859_1).contains("<report_id>bad")) {
                    throw error;
                }
            }
            return reader.read(document, rowsBefore);
        };
    }

    /** One run of the command over the directory. */
    private List<String> run(Error error, long heap, Path... named) throws StoreFailure {
        seen.clear();
        try (ReportReceiver receiver = fixture.receiver(failing(error))) {
            new ReportFiles(receiver, fixture.settings, List.of(), new Recorder(), fixture.clock, heap)
                    .receive(named.length == 0 ? List.of(temp.resolve("new")) : List.of(named));
        } catch (Killed ended) {
            seen.add("killed");
        }
        return List.copyOf(seen);
    }

    private static String xml(String id) {
        return ReportMail.xml(id, "example.org", 3);
    }

    @Test
    void aFileThatEndsTheProcessIsReadLastAndThenLeftAside() throws Exception {
        write("1.xml", xml("bad"));
        write("2.xml", xml("good"));
        assertThat(run(new Killed(), HEAP)).containsExactly("killed");
        assertThat(run(new Killed(), HEAP)).containsExactly("2.xml: Stored", "1.xml: last", "killed");
        write("3.xml", xml("other"));
        assertThat(run(new Killed(), HEAP))
                .containsExactly("2.xml: Duplicate", "3.xml: Stored", "1.xml: last", "killed");
        String aside = "1.xml: 3 runs ended while they read it, so it is left aside: try it with a larger heap, such as"
                + " COUNTERSIGN_JAVA_OPTS=-Xmx512m";
        for (int i = 0; i < 2; i++) {
            assertThat(run(new Killed(), HEAP))
                    .containsExactly("2.xml: Duplicate", "3.xml: Duplicate", "1.xml: last", aside);
        }
        // As it advises; and if that does not help, as often as before.
        for (int i = 0; i < 3; i++) {
            assertThat(run(new Killed(), 2 * HEAP)).endsWith("killed");
        }
        assertThat(run(new Killed(), 2 * HEAP)).endsWith(aside);
        // Another file has this name now.
        write("1.xml", xml("repaired"));
        assertThat(run(new Killed(), HEAP))
                .containsExactly("2.xml: Duplicate", "3.xml: Duplicate", "1.xml: last", "1.xml: Stored");
        fixture.clock.advance(Duration.ofDays(31));
        assertThat(run(new Killed(), HEAP)).doesNotContain("1.xml: last");
    }

    @Test
    void allMembersOfALargeArchiveAreRead() throws Exception {
        ReportMail.Member[] members = IntStream.rangeClosed(10, 30)
                .mapToObj(i -> new ReportMail.Member(i + ".xml", ReportMail.octets(xml("r" + i))))
                .toArray(ReportMail.Member[]::new);
        Path file = Files.write(temp.resolve("new/all.zip"), ReportMail.zip(members));

        assertThat(run(new Killed(), HEAP, file))
                .hasSize(21)
                .contains("all.zip: 10.xml: Stored", "all.zip: 30.xml: Stored");
    }

    @Test
    void aReportIsOnTheDiskBeforeTheNextFileIsRead() throws Exception {
        write("1.xml", xml("r1"));
        write("2.xml", xml("r2"));
        List<Integer> modes = new ArrayList<>();
        AggregateReportReader reader = new AggregateReportReader(fixture.settings.documentLimits(), fixture.clock);
        List<ReportReceiver> used = new ArrayList<>();
        try (ReportReceiver receiver = fixture.receiver((document, rowsBefore) -> {
            modes.add(synchronous(used.getFirst()));
            return reader.read(document, rowsBefore);
        })) {
            used.add(receiver);
            new ReportFiles(receiver, fixture.settings, List.of(), new Recorder(), fixture.clock, HEAP)
                    .receive(List.of(temp.resolve("new")));
            modes.add(synchronous(receiver));
        }
        // FULL, as SQLite numbers it.
        assertThat(modes).containsExactly(2, 2, 2);
    }

    private static int synchronous(ReportReceiver receiver) throws IOException {
        try (Statement statement = receiver.store().connection().createStatement();
                ResultSet row = statement.executeQuery("PRAGMA synchronous")) {
            return row.next() ? row.getInt(1) : -1;
        } catch (SQLException | StoreFailure unexpected) {
            throw new IOException(unexpected);
        }
    }

    @Test
    void theMessagesOfAnMboxFileBehindOneThatEndsTheProcessAreRead() throws Exception {
        write("old", mbox("r1", "bad", "r2"));
        assertThat(run(new Killed(), HEAP)).containsExactly("old 1: Stored", "killed");
        assertThat(run(new Killed(), HEAP)).containsExactly("old: last", "old 1: Duplicate", "killed");
        assertThat(run(new Killed(), HEAP)).containsExactly("old: last", "old 1: Duplicate", "killed");
        assertThat(run(new Killed(), HEAP))
                .hasSize(4)
                .startsWith("old: last", "old 1: Duplicate")
                .endsWith("old 3: Stored")
                .anyMatch(line -> line.startsWith("old 2: 3 runs ended while they read it"));
    }

    private static String mbox(ReportMail... messages) {
        StringBuilder mbox = new StringBuilder();
        for (ReportMail message : messages) {
            mbox.append("From a@b Thu Sep 24 02:11:00 2026\n")
                    .append(message.text().replace("\r\n", "\n"))
                    .append('\n');
        }
        return mbox.toString();
    }

    private static byte[] mbox(String... ids) {
        return ReportMail.octets(
                mbox(Stream.of(ids).map(id -> new ReportMail().report(xml(id))).toArray(ReportMail[]::new)));
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(temp.resolve("new").resolve(name), content);
    }

    @Test
    void theMessagesOfAnMboxFileInAGzipFileAreReadOneByOne() throws Exception {
        byte[] packed = ReportMail.gzip(mbox("r1", "bad", "r2"));
        write("old.gz", packed);
        assertThat(run(new Killed(), HEAP)).containsExactly("old.gz 1: Stored", "killed");
        assertThat(run(new Killed(), HEAP)).containsExactly("old.gz: last", "old.gz 1: Duplicate", "killed");
        assertThat(run(new Killed(), HEAP)).containsExactly("old.gz: last", "old.gz 1: Duplicate", "killed");
        assertThat(run(new Killed(), HEAP))
                .hasSize(4)
                .endsWith("old.gz 3: Stored")
                .anyMatch(line -> line.startsWith("old.gz 2: 3 runs ended while they read it"));
        byte[] whole = ReportMail.gzip(mbox("r1", "r2", "r3"));
        write("cut.gz", Arrays.copyOf(whole, whole.length - 600));
        assertThat(run(new Killed(), HEAP, temp.resolve("new/cut.gz")))
                .startsWith("cut.gz 1: Duplicate")
                .endsWith("cut.gz: unreadable: the archive is incomplete; what comes before its end was read");
    }

    @Test
    void aZipFileWithMboxFilesIsReadLikeADirectory() throws Exception {
        byte[] second = mbox("r2");
        write(
                "export.zip",
                ReportMail.zip(
                        new ReportMail.Member("index.html.txt", ReportMail.octets("Your mail")),
                        new ReportMail.Member("Mail/dmarc.mbox", mbox("r1")),
                        new ReportMail.Member("Mail/old", second),
                        new ReportMail.Member("r3.xml", ReportMail.octets(xml("r3"))),
                        new ReportMail.Member(
                                "m.eml", new ReportMail().report(xml("r4")).octets()),
                        new ReportMail.Member("inner.zip", ReportMail.zip(new ReportMail.Member("more", second)))));
        assertThat(run(new Killed(), HEAP))
                .containsExactly(
                        "export.zip: passed over",
                        "export.zip: Mail/dmarc.mbox 1: Stored",
                        "export.zip: Mail/old 1: Stored",
                        "export.zip: r3.xml: Stored",
                        "export.zip: m.eml: Stored",
                        "export.zip: inner.zip: Refused");
        assertThat(fixture.texts("SELECT why FROM received_refused").getFirst())
                .startsWith("an mbox file within an archive: ");
    }

    @Test
    void anMboxFileInAnArchiveMayBeLargerThanAReport() throws Exception {
        fixture.settings = new ReceiveSettings(
                List.of(),
                List.of(),
                1 << 20,
                ReceiveSettings.DailyLimits.DEFAULT,
                ReceiveSettings.Keep.DEFAULT,
                ImapSettings.NONE);
        StringBuilder large = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            byte[] noise = new byte[300_000];
            new Random(i).nextBytes(noise);
            String text = Base64.getMimeEncoder().encodeToString(noise);
            large.append(mbox(new ReportMail().text(text).report(xml("r" + i))));
        }
        write("large.gz", ReportMail.gzip(ReportMail.octets(large.toString())));
        assertThat(run(new Killed(), HEAP)).hasSize(4).allMatch(line -> line.endsWith("Stored"));
    }

    @Test
    void anMboxFileThatGrowsTooMuchIsNotReadToItsEnd() throws Exception {
        byte[] bomb = ReportMail.concat(mbox("r1", "r2"), new byte[40 << 20]);
        write("bomb.gz", ReportMail.gzip(bomb));
        write("bomb.zip", ReportMail.zip(new ReportMail.Member("old", bomb)));
        String problem = "unreadable: unpacking makes more than 200 octets of one; what comes before was read";
        assertThat(run(new Killed(), HEAP))
                .containsExactly(
                        "bomb.gz 1: Stored",
                        "bomb.gz: " + problem,
                        "bomb.zip: old 1: Duplicate",
                        "bomb.zip: " + problem);
    }

    @Test
    void aFileThatNeedsMoreMemoryIsNamedAndTheOthersAreRead() throws Exception {
        write("1.xml", xml("bad"));
        write("2.xml", xml("good"));
        String full =
                "1.xml: there is not enough memory: try it with a larger heap, such as COUNTERSIGN_JAVA_OPTS=-Xmx512m";
        assertThat(run(new OutOfMemoryError("test"), HEAP)).containsExactly(full, "2.xml: Stored");
        // It has not ended the process, so it is tried each time.
        for (int i = 0; i < 4; i++) {
            assertThat(run(new OutOfMemoryError("test"), HEAP)).containsExactly(full, "2.xml: Duplicate");
        }
        assertThat(run(new StackOverflowError(), HEAP))
                .containsExactly(
                        "1.xml: internal error, please report it: java.lang.StackOverflowError", "2.xml: Duplicate");
    }

    @Test
    void aStoreThatIsAwayIsNoFaultOfTheFile() throws Exception {
        Path file = write("1.xml", xml("good"));
        assertThat(run(new Killed(), HEAP, file)).containsExactly("1.xml: Stored");
        // Larger than the room that is left in the pages of the file.
        String record = xml("next")
                .substring(xml("next").indexOf("<record>"), xml("next").indexOf("</feedback>"));
        write("2.xml", xml("next").replace("</feedback>", record.repeat(2_000) + "</feedback>"));
        for (int i = 0; i < 4; i++) {
            seen.clear();
            try (ReportReceiver receiver = fixture.receiver(failing(new Killed()))) {
                fixture.fillStore();
                assertThatThrownBy(() -> new ReportFiles(
                                        receiver, fixture.settings, List.of(), new Recorder(), fixture.clock, HEAP)
                                .receive(List.of(temp.resolve("new"))))
                        .isInstanceOf(StoreFailure.class);
            }
        }
        assertThat(run(new Killed(), HEAP)).containsExactly("1.xml: Duplicate", "2.xml: Stored");
    }
}
