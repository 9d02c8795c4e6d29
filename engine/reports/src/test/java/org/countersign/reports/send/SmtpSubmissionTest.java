package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.countersign.domain.IpNetwork;
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

    /** A server that accepts everything, except that it answers some commands in another way. */
    private static final class ScriptedServer implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final Map<String, String> replies;
        private final CountDownLatch silent = new CountDownLatch(1);

        ScriptedServer(Map<String, String> replies) throws IOException {
            this.replies = replies;
            Thread.ofVirtual().start(this::accept);
        }

        MailServer address() {
            return new MailServer("127.0.0.1", socket.getLocalPort());
        }

        private void accept() {
            try {
                while (true) {
                    serve(socket.accept());
                }
            } catch (IOException closed) {
                // The test has ended.
            }
        }

        private void serve(Socket client) {
            try (client) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
                OutputStream out = client.getOutputStream();
                boolean data = false;
                String reply = replies.getOrDefault("GREETING", "220 scripted");
                while (true) {
                    if (reply.isEmpty()) {
                        silent.countDown();
                    } else {
                        out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
                        out.flush();
                    }
                    String line = in.readLine();
                    while (data && line != null && !line.equals(".")) {
                        line = in.readLine();
                    }
                    if (line == null) {
                        return;
                    }
                    String verb = data ? "." : line.substring(0, 4).toUpperCase(Locale.ROOT);
                    reply = replies.getOrDefault(verb, verb.equals("DATA") ? "354 go on" : "250 2.0.0 Ok");
                    data = verb.equals("DATA") && reply.startsWith("354");
                }
            } catch (IOException gone) {
                // The client has closed the connection.
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static Submission submit(Map<String, String> replies) throws IOException {
        try (ScriptedServer server = new ScriptedServer(replies)) {
            return new SmtpSubmission(PATIENT).submit(server.address(), SENDER, RECIPIENT, MESSAGE);
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
        try (ScriptedServer server = new ScriptedServer(Map.of(".", ""))) {
            Submission result = new SmtpSubmission(
                            new SmtpSubmission.Timeouts(Duration.ofSeconds(20), Duration.ofMillis(200)))
                    .submit(server.address(), SENDER, RECIPIENT, MESSAGE);
            assertThat(result).isInstanceOf(Submission.Unreachable.class);
        }
    }

    @Test
    void aSubmissionInFlightCanBeCancelled() throws Exception {
        try (ScriptedServer server = new ScriptedServer(Map.of(".", ""))) {
            SmtpSubmission smtp = new SmtpSubmission(PATIENT);
            CompletableFuture<Submission> result =
                    CompletableFuture.supplyAsync(() -> smtp.submit(server.address(), SENDER, RECIPIENT, MESSAGE));
            assertThat(server.silent.await(60, TimeUnit.SECONDS)).isTrue();
            smtp.cancel();
            assertThat(result.get(60, TimeUnit.SECONDS)).isInstanceOf(Submission.Unreachable.class);
        }
    }
}
