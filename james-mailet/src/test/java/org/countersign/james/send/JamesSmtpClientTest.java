package org.countersign.james.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.countersign.reports.send.SmtpClient;
import org.countersign.reports.send.SmtpClientContract;
import org.countersign.reports.send.Submission;
import org.countersign.testing.ScriptedSmtpServer;
import org.junit.jupiter.api.Test;

/** The client of James. */
class JamesSmtpClientTest extends SmtpClientContract {
    @Override
    protected SmtpClient client() {
        return new JamesSmtpClient();
    }

    @Test
    void aMessageIsAcceptedThoughTheConnectionBreaksAfterIt() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer(Map.of("QUIT", ""))) {
            SmtpClient client = client();
            CompletableFuture<Submission> result = CompletableFuture.supplyAsync(() -> submit(client, server.port()));
            assertThat(server.awaitSilence()).isTrue();
            client.cancel();
            assertThat(result.get(60, TimeUnit.SECONDS)).isInstanceOf(Submission.Accepted.class);
        }
    }
}
