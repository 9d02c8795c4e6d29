package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.countersign.domain.IpNetwork;
import org.countersign.testing.ScriptedSmtpServer;
import org.countersign.testing.SmtpSink;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each answer of a mail server is a value. */
class SmtpSubmissionTest {
    private static final MailAddress SENDER = SendFixture.FROM;
    private static final MailAddress RECIPIENT =
            MailAddress.parse("dmarc@one.example").orElseThrow();
    private static final byte[] MESSAGE =
            "From: a@example.org\r\nSubject: x\r\n folded\r\n\r\nline\r\n.dot\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final SmtpSubmission.Timeouts PATIENT =
            new SmtpSubmission.Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(60));

    private static MailServer address(ScriptedSmtpServer server) {
        return new MailServer("127.0.0.1", server.port());
    }

    private static Submission submit(Map<String, String> replies) throws IOException {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer(replies)) {
            return new SmtpSubmission(PATIENT).submit(address(server), SENDER, RECIPIENT, MESSAGE);
        }
    }

    @Test
    void theMessageArrivesAsItIs() throws Exception {
        try (SmtpSink sink = SmtpSink.modern()) {
            Submission result = new SmtpSubmission(PATIENT)
                    .submit(new MailServer("127.0.0.1", sink.port()), SENDER, RECIPIENT, MESSAGE);
            assertThat(result).isEqualTo(new Submission.Accepted("250 taken"));
            SmtpSink.Taken taken = sink.await();
            assertThat(taken.message()).isEqualTo(new String(MESSAGE, StandardCharsets.US_ASCII));
            assertThat(taken.commands().getFirst()).isEqualTo("EHLO reports.example.org");
            assertThat(taken.commands())
                    .contains("MAIL FROM:<dmarc-noreply@reports.example.org>", "RCPT TO:<dmarc@one.example>");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RCPT, 550 5.1.1 no such user, Refused",
        "RCPT, 450 4.2.1 try later, Postponed",
        "RCPT, 554 5.7.1 Relay access denied, Postponed",
        "MAIL, 550 5.7.1 not your address, Postponed",
        "MAIL, 451 4.3.0 try later, Postponed",
        "DATA, 554 5.5.0 no, Refused",
        "., 554 5.6.0 content refused, Refused",
        "., 451 4.3.0 try later, Postponed",
        "GREETING, 554 no service, Unreachable",
        "GREETING, 421 busy, Unreachable",
    })
    void aReplyDecides(String command, String reply, String expected) throws Exception {
        Submission result = submit(Map.of(command, reply));
        assertThat(result.getClass().getSimpleName()).isEqualTo(expected);
        assertThat(result.text()).contains(reply.substring(0, 3));
    }

    @Test
    void aServerThatOffersAuthenticationIsNotLoggedInTo() throws Exception {
        assertThat(submit(Map.of("EHLO", "250-scripted\r\n250 AUTH PLAIN LOGIN", "AUTH", "535 5.7.8 no")))
                .isInstanceOf(Submission.Accepted.class);
    }

    @Test
    void aServerWithAnAddressOfVersionSixIsReached() throws Exception {
        try (ServerSocket socket =
                new ServerSocket(0, 1, IpNetwork.parseAddress("::1").orElseThrow())) {
            CompletableFuture<String> host = CompletableFuture.supplyAsync(() -> {
                try (Socket client = socket.accept()) {
                    return client.getInetAddress().getHostAddress();
                } catch (IOException error) {
                    return error.toString();
                }
            });
            Submission result = new SmtpSubmission(PATIENT)
                    .submit(
                            MailServer.parse("[::1]:" + socket.getLocalPort()).orElseThrow(),
                            SENDER,
                            RECIPIENT,
                            MESSAGE);
            assertThat(result).isInstanceOf(Submission.Unreachable.class);
            assertThat(host.get(60, TimeUnit.SECONDS)).isEqualTo("0:0:0:0:0:0:0:1");
        } catch (BindException noVersionSix) {
            Assumptions.abort("no IPv6 on the loopback interface");
        }
    }

    @Test
    void aServerThatIsNotThereIsUnreachable() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        Submission result =
                new SmtpSubmission(PATIENT).submit(new MailServer("127.0.0.1", port), SENDER, RECIPIENT, MESSAGE);
        assertThat(result).isInstanceOf(Submission.Unreachable.class);
        assertThat(result.text()).startsWith("127.0.0.1:" + port).contains("refused");
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer(Map.of(".", ""))) {
            Submission result = new SmtpSubmission(
                            new SmtpSubmission.Timeouts(Duration.ofSeconds(20), Duration.ofMillis(200)))
                    .submit(address(server), SENDER, RECIPIENT, MESSAGE);
            assertThat(result).isInstanceOf(Submission.Unreachable.class);
        }
    }

    @Test
    void aSubmissionInFlightCanBeCancelled() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer(Map.of(".", ""))) {
            SmtpSubmission smtp = new SmtpSubmission(PATIENT);
            CompletableFuture<Submission> result =
                    CompletableFuture.supplyAsync(() -> smtp.submit(address(server), SENDER, RECIPIENT, MESSAGE));
            assertThat(server.awaitSilence()).isTrue();
            smtp.cancel();
            assertThat(result.get(60, TimeUnit.SECONDS)).isInstanceOf(Submission.Unreachable.class);
        }
    }
}
