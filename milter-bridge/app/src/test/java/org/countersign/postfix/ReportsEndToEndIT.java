package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.countersign.dns.StaticZone;
import org.countersign.reports.document.AggregateReport;
import org.countersign.reports.document.AggregateReportReader;
import org.countersign.reports.document.ReadLimits;
import org.countersign.reports.document.ReadResult;
import org.countersign.reports.document.ReportSchemaValidator;
import org.countersign.reports.document.ReportSource;
import org.countersign.reports.document.ReportedRow;
import org.countersign.reports.receive.Outcome;
import org.countersign.reports.send.MailServer;
import org.countersign.reports.send.SimulatedSending;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.testing.ManualClock;
import org.countersign.testing.SmtpConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Two real Postfix, each with the bridge: one receives mail of 40 domains, and the other one is the rest of the world. The day
 * after, reports go out; each is read as its receiver would. The bridges and the senders have clocks of the test.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class ReportsEndToEndIT {
    private static final int DOMAINS = 40;
    private static final int EXTERNAL = 4;
    private static final int WITHOUT_CONSENT = 5;
    private static final String BOB = "bob@receiver.example";
    private static final String FORENSIC = "forensic@" + ReportingSite.ASKING;
    private static final String ATTACKER = "198.51.100.7";
    private static final String RECEIVER = "receiver.example";
    private static final String WORLD = "world.example";
    private static final int KILLED = 137;

    @TempDir
    private Path temp;

    private final ManualClock judging = ManualClock.at(firstDay().plus(Duration.ofHours(12)));
    private final StaticZone dns = zone();

    @SuppressWarnings("NullAway.Init")
    private ReportingSite receiver;

    @SuppressWarnings("NullAway.Init")
    private ReportingSite world;

    private static String domain(int number) {
        return "d" + number + ".example";
    }

    private static String policy(int number) {
        return number % 2 == 0 ? "none" : "reject";
    }

    private static String address(int number) {
        return switch (number) {
            case EXTERNAL -> "d4@processor.example";
            case WITHOUT_CONSENT -> "d5@elsewhere.example";
            default -> "dmarc@" + domain(number);
        };
    }

    private static String client(int number) {
        return "192.0.2." + (10 + number);
    }

    private static int genuine(int number) {
        return 3 + number % 4;
    }

    private static int forged(int number) {
        return 1 + number % 3;
    }

    private static StaticZone zone() {
        StaticZone.Builder zone = StaticZone.builder();
        for (int i = 0; i < DOMAINS; i++) {
            zone.txt(domain(i), "v=spf1 ip4:" + client(i) + " -all")
                    .txt(
                            "_dmarc." + domain(i),
                            "v=DMARC1; p=" + policy(i) + "; rua=mailto:" + address(i)
                                    + (domain(i).equals(ReportingSite.ASKING) ? "; ruf=mailto:" + FORENSIC : ""));
        }
        zone.txt(domain(EXTERNAL) + "._report._dmarc.processor.example", "v=DMARC1");
        for (String site : List.of(RECEIVER, WORLD)) {
            // Against all advice, the sites ask for reports about their reports.
            zone.txt("reports." + site, "v=spf1 ip4:127.0.0.2 -all")
                    .txt("_dmarc.reports." + site, "v=DMARC1; p=reject; rua=mailto:dmarc-noreply@reports." + site);
            ReportingSite.keys(site).forEach(zone::txt);
        }
        return zone.build();
    }

    @BeforeEach
    void start() throws Exception {
        MtaTools.assumePostfix();
        IndependentVerifier.assumeInstalled();
        List<String> addresses = Stream.concat(
                        IntStream.range(0, DOMAINS).mapToObj(ReportsEndToEndIT::address), Stream.of(FORENSIC))
                .toList();
        world = ReportingSite.start(WORLD, temp.resolve("world"), dns, judging, addresses, Optional.empty());
        receiver = ReportingSite.start(
                RECEIVER,
                temp.resolve("receiver"),
                dns,
                judging,
                List.of(BOB, ReportingSite.from(RECEIVER).toString()),
                Optional.of(world.postfix.port()));
    }

    @AfterEach
    void stop() throws IOException {
        if (receiver != null) {
            receiver.close();
        }
        if (world != null) {
            world.close();
        }
    }

    /** Sends the messages of a domain, and checks the answers. */
    private void sendMessages(int number) throws IOException {
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

    /** A day whose records and leases are over now. */
    private static Instant firstDay() {
        return Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(7));
    }

    private static Instant day(int number) {
        return firstDay().plus(Duration.ofDays(number));
    }

    /** A clock at the time when the reports of the day before a day are due. */
    private static ManualClock morning(int day) {
        return ManualClock.at(day(day).plus(Duration.ofMinutes(31)));
    }

    /** Ends a day at both sites, and goes on at the third hour of another one. */
    private void goOnAt(int day) {
        for (Instant time : List.of(judging.instant(), day(day).plus(Duration.ofHours(3)))) {
            judging.set(time);
            receiver.restartCounting();
            world.restartCounting();
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private List<DeliveredMessage> arrived(int number) throws IOException {
        return world.postfix.mailbox(address(number));
    }

    private int arrived() throws IOException {
        int all = 0;
        for (int i = 0; i < DOMAINS; i++) {
            all += arrived(i).size();
        }
        return all;
    }

    /** The document in a message, unpacked. */
    private static byte[] document(DeliveredMessage message) throws IOException {
        String body = message.body();
        int start = body.indexOf("\r\n\r\n", body.indexOf("application/gzip")) + 4;
        String packed = body.substring(start, body.indexOf("\r\n--", start));
        try (GZIPInputStream in = new GZIPInputStream(
                new ByteArrayInputStream(Base64.getMimeDecoder().decode(packed)))) {
            return in.readAllBytes();
        }
    }

    private AggregateReport report(DeliveredMessage message) throws IOException {
        byte[] document = document(message);
        assertThat(new ReportSchemaValidator().error(document)).isEmpty();
        ReadResult result = new AggregateReportReader(ReadLimits.DEFAULT, judging).read(ReportSource.of(document));
        assertThat(result).isInstanceOf(ReadResult.Read.class);
        AggregateReport report = ((ReadResult.Read) result).report();
        assertThat(report.remarks()).isEmpty();
        return report;
    }

    private void checkReport(int number, DeliveredMessage message) throws IOException {
        AggregateReport report = report(message);
        assertThat(report.policy().domain()).hasToString(domain(number));
        assertThat(report.period().begin()).isEqualTo(firstDay().getEpochSecond());
        Map<String, Long> counts = new TreeMap<>();
        for (ReportedRow row : report.rows()) {
            counts.merge(
                    row.sourceIp().getHostAddress() + " " + row.disposition().keyword() + " "
                            + (row.spfAligned() ? "pass" : "fail"),
                    row.count(),
                    Long::sum);
        }
        assertThat(counts)
                .as(domain(number))
                .isEqualTo(Map.of(
                        // RFC 9990: "pass" says that the policy asks for an action, which was not needed.
                        client(number) + (policy(number).equals("none") ? " none" : " pass") + " pass",
                        (long) genuine(number),
                        ATTACKER + " " + policy(number) + " fail",
                        (long) forged(number)));
        assertThat(IndependentVerifier.verifies(message.octets(), ReportingSite.keys(RECEIVER), judging.instant()))
                .as("the signature of the report about " + domain(number))
                .isTrue();
        assertThat(message.values("Authentication-Results"))
                .as("the results of the other bridge")
                .anyMatch(result -> result.startsWith("mx.world.example") && result.contains("dmarc=pass"));
    }

    @Test
    void theDayAfterEachDomainGetsOneReportAndReportsOfReportsAreNotSent() throws Exception {
        for (int i = 0; i < DOMAINS; i++) {
            sendMessages(i);
        }
        // The reports arrive in the world while its clock shows the next day.
        goOnAt(1);
        List<SimulatedSending.Attempt> attempts;
        try (SimulatedSending sender = receiver.sender("a", morning(1))) {
            sender.runUntil(day(2));
            attempts = sender.attempts();
        }
        assertThat(attempts).hasSize(DOMAINS - 1).allMatch(SimulatedSending.Attempt::accepted);
        checkSpacing(attempts);
        await(() -> arrived() >= DOMAINS - 1);
        for (int i = 0; i < DOMAINS; i++) {
            assertThat(arrived(i)).as(domain(i)).hasSize(i == WITHOUT_CONSENT ? 0 : 1);
            if (i != WITHOUT_CONSENT) {
                checkReport(i, arrived(i).getFirst());
            }
        }

        checkReader();
        feedBack();
    }

    /** The reader of the other site stores each report, and has the same sums. */
    private void checkReader() throws Exception {
        long messages = 0;
        for (int i = 0; i < DOMAINS; i++) {
            if (i != WITHOUT_CONSENT) {
                assertThat(world.read(address(i))).singleElement().isInstanceOf(Outcome.Stored.class);
                messages += genuine(i) + forged(i);
            }
        }
        assertThat(world.query("SELECT sum(messages) FROM received_report WHERE auth = 'pass'"))
                .containsExactly(Long.toString(messages));
    }

    private static void checkSpacing(List<SimulatedSending.Attempt> attempts) {
        assertThat(attempts.getFirst().at()).isAfter(day(1).plus(Duration.ofMinutes(30)));
        assertThat(attempts.getLast().at()).isBefore(day(1).plus(Duration.ofHours(6)));
        Duration even = Duration.ofHours(5).dividedBy(DOMAINS);
        for (int i = 1; i < attempts.size(); i++) {
            assertThat(Duration.between(
                            attempts.get(i - 1).at(), attempts.get(i).at()))
                    .isGreaterThan(even.dividedBy(2));
        }
    }

    /** The world has received reports, and sends them on to the receiver. Nobody reports about that in the next days. */
    private void feedBack() throws Exception {
        for (int day = 1; day <= 3; day++) {
            List<DeliveredMessage> all = new ArrayList<>();
            for (int i = 0; i < DOMAINS; i++) {
                all.addAll(arrived(i));
            }
            try (SmtpConnection smtp = receiver.postfix.inbound().pretend("203.0.113.9", "mx.world.example")) {
                for (DeliveredMessage message : all) {
                    assertThat(smtp.send(
                                            "dmarc-noreply@reports.receiver.example",
                                            List.of(ReportingSite.from(RECEIVER).toString()),
                                            message.octets())
                                    .isPositive())
                            .isTrue();
                }
            }
            goOnAt(day + 1);
            for (ReportingSite site : List.of(receiver, world)) {
                try (SimulatedSending sender = site.sender("a", morning(day + 1))) {
                    sender.runUntil(day(day + 2));
                    assertThat(sender.attempts()).as(site.name + ", day " + day).isEmpty();
                }
            }
        }
    }

    private List<String> states() throws Exception {
        return receiver.query("SELECT address || ' ' || state FROM report_delivery ORDER BY address");
    }

    @Test
    void aForgedMessageIsReportedAtOnceToTheDomainThatAsksForIt() throws Exception {
        sendMessages(1);
        sendMessages(3);
        try (SimulatedSending sender = receiver.sender("a", ManualClock.at(judging.instant()))) {
            receiver.failed().forEach(sender::failed);
            sender.runUntil(judging.instant().plus(Duration.ofMinutes(20)));
            // The first one, and the others as one.
            assertThat(sender.attempts()).hasSize(2).allMatch(SimulatedSending.Attempt::accepted);
        }
        await(() -> world.postfix.mailbox(FORENSIC).size() == 2);
        assertThat(receiver.failed()).hasSize(forged(1));
        DeliveredMessage report = world.postfix.mailbox(FORENSIC).getFirst();
        assertThat(report.values("Authentication-Results"))
                .anyMatch(result -> result.startsWith("mx.world.example") && result.contains("dmarc=pass"));
        assertThat(IndependentVerifier.verifies(report.octets(), ReportingSite.keys(RECEIVER), judging.instant()))
                .isTrue();
        assertThat(world.read(FORENSIC)).hasSize(2).hasOnlyElementsOfType(Outcome.FailureStored.class);
        assertThat(world.query("SELECT sum(incidents) FROM received_failure WHERE auth = 'pass' AND source_ip = '"
                        + ATTACKER + "'"))
                .containsExactly(Integer.toString(forged(1)));
    }

    @Test
    void everyAnswerEndsInItsState() throws Exception {
        for (int i = 0; i < 4; i++) {
            sendMessages(i);
        }
        goOnAt(1);
        receiver.answer(Map.of(address(0), "450 4.2.0 later", address(1), "550 5.1.1 no such user"));
        world.answer(Map.of(address(2), "550 5.1.1 no such user", address(3), "450 4.2.0 later"));
        try (SimulatedSending sender = receiver.sender("a", morning(1))) {
            sender.runUntil(day(1).plus(Duration.ofHours(9)));
            assertThat(states())
                    .containsExactly(
                            address(0) + " waiting",
                            address(1) + " failed",
                            address(2) + " sent",
                            address(3) + " sent");
            String bounces = ReportingSite.from(RECEIVER).toString();
            await(() -> receiver.postfix.mailbox(bounces).size() == 1);
            assertThat(receiver.read(bounces)).singleElement().isInstanceOf(Outcome.Returned.class);
            receiver.answer(Map.of());
            world.answer(Map.of());
            sender.runUntil(day(2));
            assertThat(states())
                    .containsExactly(
                            address(0) + " sent", address(1) + " failed", address(2) + " failed", address(3) + " sent");
        }
        receiver.postfix.flushQueue();
        await(() -> arrived() == 2);
        assertThat(Stream.of(arrived(0), arrived(3))).allMatch(mails -> mails.size() == 1);
        assertThat(receiver.query("SELECT address FROM report_suppression ORDER BY address"))
                .containsExactly(address(1), address(2));
    }

    @Test
    void aWorldThatIsDownForTwoDaysGetsItsMailLater() throws Exception {
        sendMessages(0);
        goOnAt(1);
        world.postfix.stopServer();
        try (SimulatedSending sender = receiver.sender("a", morning(1))) {
            sender.runUntil(day(3));
            assertThat(states()).containsExactly(address(0) + " sent");
        }
        world.postfix.startServer();
        receiver.postfix.flushQueue();
        await(() -> arrived() == 1);

        goOnAt(3);
        sendMessages(2);
        goOnAt(4);
        receiver.reachable(false);
        try (SimulatedSending sender = receiver.sender("b", morning(4))) {
            sender.runUntil(day(6).plus(Duration.ofHours(12)));
            assertThat(states()).containsExactly(address(0) + " sent", address(2) + " expired");
            receiver.reachable(true);
            sender.runUntil(day(7));
        }
        assertThat(states()).containsExactly(address(0) + " sent", address(2) + " expired");
        assertThat(arrived()).isEqualTo(1);
    }

    /** The sender of the receiving site in a process of its own, which ends as soon as a report was accepted. */
    static final class EndingSender {
        public static void main(String[] arguments) throws StoreFailure {
            MailServer server = new MailServer("127.0.0.1", Integer.parseInt(arguments[1]));
            ManualClock clock = morning(1);
            StaticZone zone = zone();
            try (SimulatedSending sender = new SimulatedSending(
                    new StoreLocation.File(Path.of(arguments[0])),
                    "killed",
                    clock,
                    () -> ReportingSite.policy(RECEIVER, server, zone, clock),
                    // As by kill -9: no more instruction of the program.
                    () -> Runtime.getRuntime().halt(KILLED))) {
                sender.runUntil(day(2));
            }
        }
    }

    @Test
    void aSenderThatIsKilledBeforeItsNoteSendsTheSameReportAgainAndItCountsOnce() throws Exception {
        sendMessages(0);
        goOnAt(1);
        Process killed = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndingSender.class.getName(),
                        receiver.store.path().toString(),
                        Integer.toString(receiver.postfix.port()))
                .inheritIO()
                .start();
        assertThat(killed.waitFor()).isEqualTo(KILLED);
        assertThat(states()).containsExactly(address(0) + " waiting");

        try (SimulatedSending sender = receiver.sender("next", morning(1))) {
            sender.runUntil(day(2));
        }
        assertThat(states()).containsExactly(address(0) + " sent");
        await(() -> arrived() == 2);
        assertThat(arrived(0).stream().flatMap(message -> message.values("Message-ID").stream()))
                .hasSize(2)
                .containsOnly(arrived(0).getFirst().values("Message-ID").getFirst());
        assertThat(world.read(address(0)))
                .extracting(outcome -> outcome.getClass().getSimpleName())
                .containsExactly("Stored", "Duplicate");
        assertThat(world.query("SELECT messages FROM received_report"))
                .containsExactly(Integer.toString(genuine(0) + forged(0)));
    }
}
