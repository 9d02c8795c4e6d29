package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.countersign.syntax.LogPairs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code countersign reports estimate}. */
class ReportsEstimateCommandTest {
    private static final Path ROOT =
            Path.of(Optional.ofNullable(System.getProperty("countersign.root")).orElse(".."));
    private static final Path GOLDEN = ROOT.resolve("milter-bridge/app/src/test/resources/org/countersign/cli/reports");
    private static final String CALENDAR_DAY = "2026-11-%02d";

    @TempDir
    private Path temp;

    /** A message of the log: its day in November 2026, author and client. */
    private record Line(int day, String author, String client, Map<String, String> more) {
        String logfmt() {
            StringBuilder line = new StringBuilder();
            pairs().forEach(pair -> LogPairs.append(line, pair.get(0), pair.get(1)));
            return line.substring(1);
        }

        String json() {
            return pairs().stream()
                    .map(pair -> "\"" + pair.get(0) + "\":\"" + pair.get(1).replace("\"", "\\\"") + "\"")
                    .collect(Collectors.joining(",", "{", "}"));
        }

        private List<List<String>> pairs() {
            List<List<String>> pairs = new ArrayList<>();
            pairs.add(List.of("time", CALENDAR_DAY.formatted(day) + "T12:00:03.412Z"));
            pairs.add(List.of("level", "info"));
            pairs.add(List.of("event", "message"));
            pairs.add(List.of("client", "mail.example[" + client + "]"));
            pairs.add(List.of("mail-from", more.getOrDefault("mail-from", "<bounce@" + author + ">")));
            pairs.add(List.of("flow", more.getOrDefault("flow", "inbound")));
            pairs.add(List.of("author", author));
            pairs.add(List.of("spf", "pass"));
            pairs.add(List.of("dkim", "pass:" + author));
            pairs.add(List.of("dmarc", more.getOrDefault("dmarc", "pass")));
            pairs.add(List.of("verdict", more.getOrDefault("verdict", "accept")));
            pairs.add(List.of("reason", "what a \"stranger\" wrote: event=message verdict=reject"));
            return pairs;
        }
    }

    private static Line line(int day, String author, String client) {
        return new Line(day, author, client, Map.of());
    }

    private static Line line(int day, String author, String client, String key, String value) {
        return new Line(day, author, client, Map.of(key, value));
    }

    /** Eight days, of which the first and the last are parts. */
    private static List<Line> week() {
        List<Line> lines = new ArrayList<>();
        for (int day = 20; day <= 27; day++) {
            int messages = day == 20 || day == 27 ? 3 : 30;
            for (int i = 0; i < messages; i++) {
                lines.add(line(day, "large.example", "192.0.2." + i % 5));
                lines.add(line(day, "news.large.example", "192.0.2.1"));
                lines.add(line(day, "d" + i % (day - 10) + ".example", "198.51.100." + i));
                lines.add(line(day, "none.example", "203.0.113.1", "dmarc", "none"));
                lines.add(line(day, "later.example", "203.0.113.2", "verdict", "tempfail"));
                lines.add(line(day, "own.example", "203.0.113.3", "flow", "outbound"));
            }
        }
        return lines;
    }

    private static String text(List<Line> lines) {
        return lines.stream().map(Line::logfmt).collect(Collectors.joining("\n", "", "\n"));
    }

    private static void compare(String name, String written) throws IOException {
        Path file = GOLDEN.resolve(name);
        if (Boolean.getBoolean("golden.apply")) {
            Files.writeString(file, written);
        }
        assertThat(written).isEqualTo(Files.readString(file));
        assertThat(written.lines().mapToInt(String::length).max().orElseThrow()).isLessThanOrEqualTo(80);
    }

    @Test
    void aWeekIsSummedUp() throws Exception {
        Path log = Files.writeString(
                temp.resolve("mail.log"),
                "time=2026-11-20T00:00:00Z level=info event=listening address=x\n" + text(week()) + "half a line ev");

        CommandRun run = CommandRun.of("reports", "estimate", log.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        compare("estimate.txt", run.out());
        compare(
                "estimate.json",
                CommandRun.of("reports", "estimate", "--json", log.toString()).out());
    }

    @Test
    void allFormatsAndWaysGiveTheSame() throws Exception {
        List<Line> week = week();
        String expected = CommandRun.withInput(text(week), "reports", "estimate", "--json", "-")
                .out();

        Path json = Files.writeString(
                temp.resolve("json.log"), week.stream().map(Line::json).collect(Collectors.joining("\n")));
        assertThat(CommandRun.of("reports", "estimate", "--json", json.toString())
                        .out())
                .isEqualTo(expected);

        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text(week.subList(0, 100)).getBytes(StandardCharsets.US_ASCII));
        }
        Path first = Files.write(temp.resolve("mail.log.1.gz"), packed.toByteArray());
        Path second = Files.writeString(temp.resolve("mail.log"), text(week.subList(100, week.size())));
        assertThat(CommandRun.of("reports", "estimate", "--json", second.toString(), first.toString())
                        .out())
                .isEqualTo(expected);

        // As rsyslog writes it: the line has no time of its own.
        String syslog = week.stream()
                .map(line -> CALENDAR_DAY.formatted(line.day()) + "T13:00:03.412345+01:00 mx countersign[42]: "
                        + line.logfmt().replaceFirst("^time=\\S+ ", ""))
                .collect(Collectors.joining("\n"));
        assertThat(CommandRun.withInput(syslog, "reports", "estimate", "--json", "-")
                        .out())
                .isEqualTo(expected);

        // As "journalctl -o short-iso" writes it.
        assertThat(CommandRun.withInput(syslog.replace(".412345+01:00", "+0100"), "reports", "estimate", "--json", "-")
                        .out())
                .isEqualTo(expected);

        String traditional = week.stream()
                .map(line -> "Nov " + line.day() + " 13:00:03 mx countersign[42]: "
                        + line.logfmt().replaceFirst("^time=\\S+ ", ""))
                .collect(Collectors.joining("\n"));
        assertThat(CommandRun.withInput(traditional, "reports", "estimate", "--json", "-")
                        .out())
                .isEqualTo(expected.replace("2026-11-20", "Nov 20").replace("2026-11-27", "Nov 27"));
    }

    @Test
    void theLimitsAndTheRetentionOfThePolicyFileCount() throws Exception {
        Path policy = Files.writeString(temp.resolve("mx.yaml"), """
            reports:
              keep: { rows: 3d }
              send: { from: dmarc@reports.example.org, window: "01:00-02:00", max-per-day: 5 }
            """);
        String out = CommandRun.withInput(text(week()), "reports", "estimate", "--config=" + policy, "-")
                .out();
        assertThat(out)
                .contains("Rows are kept for 3 days")
                .contains("Reports to send: at most 5 a day")
                .contains("reports.send.max-per-day leaves out ")
                .contains("spread over 01:00-02:00 UTC");
    }

    @Test
    void aLogWithoutMessagesIsNamed() {
        CommandRun run = CommandRun.withInput(
                "Nov 28 12:00:00 mx postfix/smtpd[1]: connect from x\n", "reports", "estimate", "-");
        assertThat(run.status()).isEqualTo(ExitStatus.BAD_DATA.code());
        assertThat(run.err())
                .contains(
                        "no line of an inbound message was found (0 lines of other messages, 1 other",
                        "journalctl -u countersign");
        assertThat(CommandRun.of("reports", "estimate", temp.resolve("missing").toString())
                        .status())
                .isEqualTo(ExitStatus.NO_INPUT.code());
    }

    @Test
    void aFewHoursAreMarkedAsTooFew() {
        String out = CommandRun.withInput(text(List.of(line(20, "a.example", "192.0.2.1"))), "reports", "estimate", "-")
                .out();
        assertThat(out).contains("The log has fewer than three days").contains("a.example");
    }
}
