package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.countersign.domain.IpNetwork;
import org.countersign.testing.ScriptedSmtpServer;
import org.countersign.testing.SmtpSink;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The client of the milter, and how it finds and gives up a server. */
class SmtpSubmissionTest extends SmtpClientContract {
    private static final SmtpSubmission.Timeouts PATIENT =
            new SmtpSubmission.Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(60));

    @Override
    protected SmtpClient client() {
        return new SmtpSubmission(PATIENT);
    }

    @Test
    void theReplyOfTheServerIsKept() throws Exception {
        try (SmtpSink sink = SmtpSink.modern()) {
            assertThat(submit(client(), sink.port())).isEqualTo(new Submission.Accepted("250 taken"));
        }
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
            Submission result = client().submit(
                            MailServer.parse("[::1]:" + socket.getLocalPort()).orElseThrow(),
                            SENDER,
                            RECIPIENT,
                            new byte[0]);
            assertThat(result).isInstanceOf(Submission.Unreachable.class);
            assertThat(host.get(60, TimeUnit.SECONDS)).isEqualTo("0:0:0:0:0:0:0:1");
        } catch (BindException noVersionSix) {
            Assumptions.abort("no IPv6 on the loopback interface");
        }
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer(Map.of(".", ""))) {
            SmtpSubmission impatient =
                    new SmtpSubmission(new SmtpSubmission.Timeouts(Duration.ofSeconds(20), Duration.ofMillis(200)));
            assertThat(submit(impatient, server.port())).isInstanceOf(Submission.Unreachable.class);
        }
    }
}
