package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.countersign.dns.StaticZone;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.ZoneServer;

/** The domain sender.example and its host, whose genuine mail the tests of a service under load deliver. */
final class SenderExample {
    private SenderExample() {}

    /** The records of the domain, to which others may be added. */
    static StaticZone.Builder zone() {
        return StaticZone.builder()
                .txt("sender.example", "v=spf1 ip4:192.0.2.10 -all")
                .txt("_dmarc.sender.example", "v=DMARC1; p=reject");
    }

    /**
     * Starts a service on a port that the system chooses. Its log is the file {@code log}.
     *
     * @param folder where its policy file is written
     * @param settings with {@code %DNS%} in the place of the DNS server
     */
    static ServiceProcess serve(Path folder, String settings, ZoneServer dns) throws IOException, InterruptedException {
        String server = "\"127.0.0.1:" + dns.address().getPort() + "\"";
        Path policy = Files.writeString(
                folder.resolve("policy.yaml"), "listen: [\"inet:127.0.0.1:0\"]\n" + settings.replace("%DNS%", server));
        return ServiceProcess.start(policy, folder.resolve("log"));
    }

    /** A message of the domain. */
    static MtaMessage message(Octets body) {
        return message("news@sender.example", List.of(HeaderField.of("From", " news@sender.example")), body);
    }

    /** A message with this MAIL FROM and these fields. */
    static MtaMessage message(String mailFrom, List<HeaderField> fields, Octets body) {
        return new MtaMessage(mailFrom, List.of("bob@receiver.example"), Map.of("i", "4XYZ"), fields, body);
    }

    /** A connection of Postfix to the service, on which the host has said HELO. */
    static MilterClient connect(ListenAddress service) throws IOException {
        MilterClient client = MilterClient.connect(service, MtaOffer.ofPostfix());
        try {
            client.greet(new MtaSession(
                    "mail.sender.example",
                    ClientAddress.parseIp("192.0.2.10", 25),
                    "mail.sender.example",
                    Map.of("j", "mx.receiver.example")));
            return client;
        } catch (IOException failed) {
            client.close();
            throw failed;
        }
    }

    /** Delivers a message on a connection of its own. */
    static FilterOutcome deliver(ListenAddress service, MtaMessage message) throws IOException {
        try (MilterClient client = connect(service)) {
            return client.deliver(message);
        }
    }

    /** Requires that a message was accepted with a DMARC pass of the domain. */
    static void assertPassed(FilterOutcome outcome) {
        assertThat(outcome.isAccepted()).isTrue();
        assertThat(outcome.header().getFirst().raw().latin1()).contains("dmarc=pass header.from=sender.example");
    }

    /** Makes all calls at the same time, each in a thread of its own, and closes the threads. */
    static <T> List<T> atOnce(ExecutorService threads, List<Callable<T>> calls) throws Exception {
        List<T> results = new ArrayList<>();
        try (threads) {
            for (Future<T> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
        }
        return results;
    }
}
