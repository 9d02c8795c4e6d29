package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.countersign.testing.FreePort;
import org.countersign.testing.ScriptedSmtpServer;
import org.countersign.testing.SmtpSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each answer of a mail server is the same value, whatever library a front end brings. */
public abstract class SmtpClientContract {
    /** The sender of {@link #submit}. */
    protected static final MailAddress SENDER =
            MailAddress.parse("dmarc-noreply@reports.example.org").orElseThrow();
    /** The recipient of {@link #submit}. */
    protected static final MailAddress RECIPIENT =
            MailAddress.parse("dmarc@one.example").orElseThrow();
    /** The message of {@link #submit}. Its folds and dots must arrive as they are. */
    private static final String MESSAGE =
            "DKIM-Signature: v=1;\r\n  odd  =fold\r\nFrom: a@example.org\r\nSubject: x\r\n folded\r\n\r\nline\r\n.dot\r\n";

    /** A client whose timeouts no test waits for. */
    protected abstract SmtpClient client();

    /** Submits the message to a server on this machine. */
    protected static Submission submit(SmtpClient client, int port) {
        return client.submit(
                new MailServer("127.0.0.1", port), SENDER, RECIPIENT, MESSAGE.getBytes(StandardCharsets.US_ASCII));
    }

    private Submission submit(Map<String, String> replies) throws IOException {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer(replies)) {
            return submit(client(), server.port());
        }
    }

    @Test
    void theMessageArrivesAsItIs() throws Exception {
        try (SmtpSink sink = SmtpSink.modern()) {
            assertThat(submit(client(), sink.port())).isInstanceOf(Submission.Accepted.class);
            SmtpSink.Taken taken = sink.await();
            assertThat(taken.message()).isEqualTo(MESSAGE);
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
        "MAIL, 550 5.1.8 not your address, Postponed",
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
    void aServerThatIsNotThereIsUnreachable() throws Exception {
        int port = FreePort.find();
        Submission result = submit(client(), port);
        assertThat(result).isInstanceOf(Submission.Unreachable.class);
        assertThat(result.text()).startsWith("127.0.0.1:" + port).contains("refused");
    }

    @Test
    void aSubmissionInFlightCanBeCancelled() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer(Map.of(".", ""))) {
            SmtpClient client = client();
            CompletableFuture<Submission> result = CompletableFuture.supplyAsync(() -> submit(client, server.port()));
            assertThat(server.awaitSilence()).isTrue();
            client.cancel();
            assertThat(result.get(60, TimeUnit.SECONDS)).isInstanceOf(Submission.Unreachable.class);
        }
    }
}
