package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.connect;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.header;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.offer;
import static org.countersign.milter.testing.Commands.recipient;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.countersign.milter.testing.Commands;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.countersign.postfix.MtaTools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real process whose log goes to a real rsyslog, a real journal, or a file. */
@Timeout(600)
class LogDestinationsIT {
    private static final String POLICY = """
            mode: enforce
            listen: ["inet:127.0.0.1:0"]
            dns: { servers: ["127.0.0.1:9"], timeout: 100ms, deadline: 500ms }
            """;

    // The journal runs in a mount namespace of its own; its sockets and files are in the folder of the test.
    private static final String JOURNALD = """
            set -e
            mount --make-rprivate /
            mount -t tmpfs tmpfs /run
            mkdir -p /run/systemd/journal /run/systemd/journald.conf.d /run/log/journal
            mount --bind "$1/run" /run/systemd/journal
            mount --bind "$1/journal" /run/log/journal
            mount -t tmpfs tmpfs /var/log
            printf '[Journal]\\nReadKMsg=no\\nAudit=no\\nStorage=volatile\\n' >/run/systemd/journald.conf.d/test.conf
            printf '0123456789abcdef0123456789abcdef\\n' >/run/id
            mount --bind /run/id /etc/machine-id
            exec /lib/systemd/systemd-journald
            """;

    @TempDir
    private Path temp;

    private Path policy(String log) throws IOException {
        return Files.writeString(temp.resolve("mx.yaml"), POLICY + "log: { " + log + " }\n");
    }

    /** Starts the service, and reads its lines from another file than its standard error. */
    private ServiceProcess start(String settings, Path lines) throws IOException, InterruptedException {
        if (!Files.exists(lines)) {
            Files.createFile(lines);
        }
        return ServiceProcess.startLoggingTo(lines, policy(settings), temp.resolve("stderr"), Map.of());
    }

    private static void sendMessage(ListenAddress address) throws IOException {
        try (RawClient peer = new RawClient(address)) {
            peer.send(offer(6, Commands.ALL_ACTIONS, Commands.ALL_PROTOCOL));
            assertThat(peer.receive()).isInstanceOf(MilterReply.Negotiated.class);
            peer.send(
                    connect(),
                    mail("<bob@example.org>"),
                    recipient("<ada@example.net>"),
                    header("From", " bob@example.org"),
                    header("Message-ID", " <1@example.org>\r\n\t\u001b[2Jx"),
                    endOfBody("x\r\n"));
            MilterReply reply = peer.receive();
            while (reply instanceof MilterReply.Progress || reply instanceof MilterReply.Continue) {
                reply = peer.receive();
            }
            assertThat(reply).isNotNull();
        }
    }

    private static void assumeForeignFunctions() {
        assumeTrue(Runtime.version().feature() >= 22, "needs Java 22");
    }

    private Process rsyslog(Path socket, Path lines) throws IOException, InterruptedException {
        Path configuration = Files.writeString(temp.resolve("rsyslog.conf"), """
                module(load="imuxsock" SysSock.Use="off")
                input(type="imuxsock" Socket="%s")
                template(name="t" type="string"
                    string="%%syslogfacility-text%%.%%syslogseverity-text%% %%programname%%[%%procid%%]%%msg%%\\n")
                mail.* action(type="omfile" file="%s" template="t")
                """.formatted(socket, lines));
        Process daemon = new ProcessBuilder("/usr/sbin/rsyslogd", "-n", "-i", "NONE", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("rsyslog.out").toFile())
                .start();
        await(socket, daemon);
        return daemon;
    }

    private static void await(Path file, Process daemon) throws IOException, InterruptedException {
        while (!Files.exists(file)) {
            assertThat(daemon.isAlive()).isTrue();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static void end(Process daemon) {
        daemon.destroy();
        daemon.onExit().join();
    }

    @Test
    void syslogHasTheLinesAsThoseOfOtherMailProgramsAlsoAfterItsRestart() throws Exception {
        assumeForeignFunctions();
        MtaTools.assumeInstalled("rsyslogd");
        Path socket = temp.resolve("log.socket");
        Path mailLog = Files.createFile(temp.resolve("mail.log"));
        Process first = rsyslog(socket, mailLog);
        Process second = first;
        try (ServiceProcess serve = start("to: syslog, socket: " + socket, mailLog)) {
            String tag = " countersign[" + serve.process().pid() + "] ";
            assertThat(serve.lines("event=listening"))
                    .singleElement()
                    .asString()
                    .startsWith("mail.info" + tag);
            sendMessage(serve.address());
            assertThat(serve.awaitLine("event=message"))
                    .startsWith("mail.info" + tag + "level=info event=message queue-id=- ")
                    .contains(
                            " message-id=\"<1@example.org>\\x0d\\x0a\\x09\\x1b[2Jx\" ",
                            " to=ada@example.net ",
                            " author=example.org ");
            end(first);
            Files.deleteIfExists(socket);
            serve.signal("HUP");
            second = rsyslog(socket, mailLog);
            assertThat(serve.awaitLine("event=reload-unchanged")).startsWith("mail.info" + tag);
            serve.signal("TERM");
            assertThat(serve.awaitExit()).isZero();
            serve.awaitLineAfterExit("event=stopped");
            assertThat(serve.lines("log-lines-dropped")).isEmpty();
        } finally {
            end(first);
            end(second);
        }
        assertThat(Files.readString(temp.resolve("stderr"))).doesNotContain("event=");
    }

    @Test
    void theJournalFindsMessagesByTheirFields() throws Exception {
        assumeForeignFunctions();
        MtaTools.assumeInstalled("unshare", "journalctl");
        assumeTrue(Files.isExecutable(Path.of("/lib/systemd/systemd-journald")), "systemd-journald is not installed");
        assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")), "needs root");
        Path socket = Files.createDirectory(temp.resolve("run")).resolve("socket");
        Path journal = Files.createDirectory(temp.resolve("journal"));
        Process journald = new ProcessBuilder("unshare", "-m", "sh", "-c", JOURNALD, "sh", temp.toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("journald.out").toFile())
                .start();
        try {
            await(socket, journald);
            Path output = temp.resolve("stderr");
            try (ServiceProcess serve =
                    ServiceProcess.startSilently(policy("to: journal, format: short, socket: " + socket), output)) {
                String listening = awaitJournal(journal, "COUNTERSIGN_EVENT=listening");
                assertThat(listening).contains("SYSLOG_IDENTIFIER=countersign", "PRIORITY=6", "SYSLOG_FACILITY=2");
                String address = listening
                        .lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("COUNTERSIGN_ADDRESS="))
                        .map(line -> line.substring("COUNTERSIGN_ADDRESS=".length()))
                        .findFirst()
                        .orElseThrow();
                sendMessage(ListenAddress.parse(address).orElseThrow());
                assertThat(awaitJournal(journal, "COUNTERSIGN_AUTHOR=example.org"))
                        .contains(
                                "COUNTERSIGN_EVENT=message",
                                "COUNTERSIGN_TO=ada@example.net",
                                "COUNTERSIGN_MESSAGE_ID=<1@example.org>\\x0d\\x0a\\x09\\x1b[2Jx",
                                "MESSAGE=- ",
                                "_PID=" + serve.process().pid());
                serve.signal("TERM");
                assertThat(serve.awaitExit()).isZero();
            }
            assertThat(Files.readString(output)).doesNotContain("event=");
        } finally {
            end(journald);
        }
    }

    private static String awaitJournal(Path folder, String match) throws IOException, InterruptedException {
        while (true) {
            Process query = new ProcessBuilder(
                            "journalctl", "-D", folder.toString(), "--no-pager", "-q", "-o", "verbose", match)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String entries = new String(query.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!entries.isBlank()) {
                return entries;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @Test
    void aRotatedFileIsOpenedAgainAfterHangUp() throws Exception {
        Path lines = temp.resolve("x.log");
        try (ServiceProcess serve = start("to: file, format: json, file: " + lines, lines)) {
            assertThat(serve.lines("\"event\":\"listening\"")).hasSize(1);
            Files.move(lines, temp.resolve("x.log.1"));
            Files.createFile(lines);
            serve.signal("HUP").awaitLine("\"event\":\"reload-unchanged\"");
            serve.signal("TERM");
            assertThat(serve.awaitExit()).isZero();
            assertThat(serve.lines("\"event\":\"stopped\"")).hasSize(1);
            assertThat(Files.readString(temp.resolve("x.log.1")))
                    .contains("listening")
                    .doesNotContain("reload");
        }
    }

    @Test
    void aReloadChangesDestinationFormatAndSelection() throws Exception {
        Path lines = temp.resolve("x.log");
        try (ServiceProcess serve = start("to: file, file: " + lines, lines)) {
            ListenAddress address = serve.address();
            sendMessage(address);
            serve.awaitLine("event=message");
            Path next = temp.resolve("y.log");
            policy("to: file, format: short, messages: not-accepted, file: " + next);
            serve.signal("HUP");
            while (!Files.exists(next) || !Files.readString(next).contains(" reloaded mode=enforce")) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(serve.lines("restart-needed")).isEmpty();
            sendMessage(address);
            serve.signal("TERM");
            assertThat(serve.awaitExit()).isZero();
            assertThat(Files.readAllLines(next).getLast()).contains("Z stopped connections=2 messages=2 decided=2");
            assertThat(serve.lines("event=message")).hasSize(1);
        }
    }

    @Test
    void aFullDiskStopsNoMailAndIsReportedOnce() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/dev/full")), "there is no /dev/full");
        Path output = temp.resolve("stderr");
        Path next = temp.resolve("y.log");
        String port = "\nlisten: [\"unix:" + temp.resolve("m") + "\"]";
        Path policy = policy("to: file, file: /dev/full");
        Files.writeString(policy, Files.readString(policy).replace("\nlisten: [\"inet:127.0.0.1:0\"]", port));
        try (ServiceProcess serve = ServiceProcess.startSilently(policy, output)) {
            ListenAddress address =
                    ListenAddress.parse("unix:" + temp.resolve("m")).orElseThrow();
            serve.awaitLine("event=log-unavailable");
            for (int i = 0; i < 5; i++) {
                sendMessage(address);
            }
            Files.writeString(policy, Files.readString(policy).replace("/dev/full", next.toString()));
            serve.signal("HUP");
            while (!Files.exists(next) || !Files.readString(next).contains("event=reloaded")) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            serve.signal("TERM");
            assertThat(serve.awaitExit()).isZero();
        }
        assertThat(Files.readAllLines(output).stream().filter(line -> line.contains("event=")))
                .singleElement()
                .asString()
                .contains(" level=warning event=log-unavailable problem=\"/dev/full cannot be written: No space left on"
                        + " device\" lines=1 ");
        assertThat(Files.readAllLines(next).getFirst())
                .contains(" event=log-lines-dropped lines=")
                .contains("problem=\"/dev/full cannot be written");
    }

    @Test
    void aServiceOfSystemdHasAPriorityOnEachLineAndNoTime() throws Exception {
        Path output = Files.createFile(temp.resolve("stderr"));
        String stream = Files.getAttribute(output, "unix:dev") + ":" + Files.getAttribute(output, "unix:ino");
        try (ServiceProcess serve = ServiceProcess.startLoggingTo(
                output, policy("level: info"), output, Map.of("JOURNAL_STREAM", stream))) {
            Files.writeString(temp.resolve("mx.yaml"), "mode: wrong\n");
            serve.signal("HUP").awaitLine("event=not-reloaded");
            serve.signal("TERM");
            assertThat(serve.awaitExit()).isZero();
            List<String> lines = serve.lines(" event=");
            assertThat(lines).allMatch(line -> line.matches("<[346]>level=(error|warning|info) event=.*"));
            assertThat(lines).anyMatch(line -> line.startsWith("<3>level=error event=not-reloaded "));
        }
    }

    @Test
    void theReasonOfAFailedStartIsInTheLogToo() throws Exception {
        Path lines = temp.resolve("x.log");
        Path policy = policy("to: file, file: " + lines);
        Files.writeString(policy, Files.readString(policy).replace("127.0.0.1:0", "192.0.2.1:8891"));
        Process process = ServiceProcess.command(policy)
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("stderr").toFile())
                .start();
        assertThat(process.waitFor()).isEqualTo(ExitStatus.IO.code());
        assertThat(Files.readString(lines)).contains(" level=error event=not-started problem=", "192.0.2.1");
        assertThat(Files.readString(temp.resolve("stderr")))
                .contains("192.0.2.1")
                .doesNotContain("event=");
    }
}
