package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.countersign.dns.StaticZone;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service with the heap of the packages and large messages: it never holds a whole message. */
class LargeMessagesIT {
    private static final StaticZone ZONE = SenderExample.zone()
            .txt("s._domainkey.sender.example", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
            .build();

    private static final String SETTINGS = """
        mode: enforce
        connections: { negotiation-timeout: 1m }
        dns: { timeout: 10s, deadline: 60s, servers: [%DNS%] }
        """;

    @TempDir
    private Path temp;

    @Test
    void sixtyFourMessagesOfFiftyMegabytesAtOncePassThrough() throws Exception {
        try (ZoneServer dns = ZoneServer.start(ZONE);
                ServiceProcess serve = SenderExample.serve(temp, SETTINGS, dns)) {
            assertThat(deliver(serve.address(), 64, 50 << 20)).allSatisfy(LargeMessagesIT::assertJudged);
            assertThat(serve.process().isAlive()).isTrue();
        }
    }

    @Test
    void aThousandConnectionsOfAMegabyteEachAreJudgedOrDeferred() throws Exception {
        try (ZoneServer dns = ZoneServer.start(ZONE);
                ServiceProcess serve = SenderExample.serve(temp, SETTINGS, dns)) {
            List<FilterOutcome> outcomes = deliver(serve.address(), 1_000, 1 << 20);
            assertThat(outcomes)
                    .filteredOn(FilterOutcome::isAccepted)
                    .isNotEmpty()
                    .allSatisfy(LargeMessagesIT::assertJudged);
            assertThat(outcomes)
                    .filteredOn(outcome -> !outcome.isAccepted())
                    .allSatisfy(outcome -> assertThat(outcome.toString()).contains("451", "4.3.2"));
            assertThat(deliver(serve.address(), 1, 1_000)).allSatisfy(LargeMessagesIT::assertJudged);
            assertThat(serve.process().isAlive()).isTrue();
        }
    }

    private static void assertJudged(FilterOutcome outcome) {
        SenderExample.assertPassed(outcome);
        assertThat(outcome.header().getFirst().raw().latin1())
                .contains("reason=\"the body is not the one that was signed\"");
    }

    private static List<FilterOutcome> deliver(ListenAddress address, int messages, int octets) throws Exception {
        // With a signature, so that the body is hashed; a wrong one is enough for that.
        MtaMessage message = SenderExample.message(
                "news@sender.example",
                List.of(
                        HeaderField.of(
                                "DKIM-Signature",
                                " v=1; a=ed25519-sha256; c=relaxed/relaxed; d=sender.example; s=s; h=from;"
                                        + " bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b="
                                        + "A".repeat(86) + "=="),
                        HeaderField.of("From", " news@sender.example")),
                Octets.wrap(body(octets)));
        List<Callable<FilterOutcome>> clients = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            clients.add(() -> SenderExample.deliver(address, message));
        }
        // Platform threads, so that the DNS server in this process gets its share of time.
        return SenderExample.atOnce(Executors.newFixedThreadPool(messages), clients);
    }

    private static byte[] body(int octets) {
        byte[] body = new byte[octets];
        Arrays.fill(body, (byte) 'x');
        for (int line = 76; line + 1 < body.length; line += 78) {
            body[line] = '\r';
            body[line + 1] = '\n';
        }
        return body;
    }
}
