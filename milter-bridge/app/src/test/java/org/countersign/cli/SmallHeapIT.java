package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.ServerFault;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service with a heap of the packages, and two hundred clients at once that send the most expensive header sections. */
@Timeout(600)
class SmallHeapIT {
    private static final int CLIENTS = 200;
    private static final String SETTINGS = """
        mode: monitor
        dns: { timeout: 10s, deadline: 10s, servers: [%DNS%] }
        """;

    @TempDir
    private Path temp;

    @Test
    void aFloodOfTheWorstHeadersEndsInTemporaryFailuresAndGenuineMailFlows() throws Exception {
        // The domain of the flood never answers, so its messages stay in progress.
        try (ZoneServer dns = ZoneServer.start(SenderExample.zone().build())) {
            dns.fault("slow.attacker.example", ServerFault.DROP);
            try (ServiceProcess serve = SenderExample.serve(temp, SETTINGS, dns)) {
                ListenAddress address = serve.address();
                try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
                    List<Future<FilterOutcome>> flood = new ArrayList<>();
                    for (int i = 0; i < CLIENTS; i++) {
                        flood.add(threads.submit(() -> SenderExample.deliver(address, worst())));
                    }
                    assertThat(deliverGenuineWhile(
                                    address, () -> !flood.stream().allMatch(Future::isDone)))
                            .as("before the flood has ended")
                            .isTrue();
                    int deferred = 0;
                    for (Future<FilterOutcome> outcome : flood) {
                        FilterOutcome ended = outcome.get();
                        deferred += ended.isAccepted() ? 0 : 1;
                        if (!ended.isAccepted()) {
                            assertThat(ended.toString()).contains("451").contains("4.3.2");
                        }
                    }
                    assertThat(deferred).isPositive();
                }
                assertThat(deliverGenuineWhile(address, () -> true)).isTrue();
                assertThat(serve.process().isAlive()).isTrue();
                String log = logWithWarning();
                assertThat(log).contains("rule=overloaded").doesNotContain("OutOfMemory");
                assertThat(log.lines().filter(line -> line.contains("event=overloaded")))
                        .singleElement()
                        .asString()
                        .contains("level=warning", "refused=", "message-memory=16", "-Xmx");
            }
        }
    }

    /** The log, once it has the warning: the service looks for its reason every second. */
    private String logWithWarning() throws IOException, InterruptedException {
        String log = Files.readString(temp.resolve("log"));
        while (!log.contains("event=overloaded")) {
            Thread.sleep(50);
            log = Files.readString(temp.resolve("log"));
        }
        return log;
    }

    /** Ten tag lists of semicolons and names only, each as large as Postfix allows a field to be. */
    private static MtaMessage worst() {
        HeaderField field = HeaderField.of("DKIM-Signature", " " + "a;".repeat(49_500));
        List<HeaderField> fields = new ArrayList<>(Collections.nCopies(10, field));
        fields.add(HeaderField.of("From", " x@attacker.example"));
        return SenderExample.message("x@slow.attacker.example", fields, Octets.latin1("hi\r\n"));
    }

    /** Sends genuine messages until one is accepted, or until a condition no longer holds after an attempt. */
    private static boolean deliverGenuineWhile(ListenAddress address, BooleanSupplier condition) throws Exception {
        FilterOutcome outcome;
        do {
            outcome = SenderExample.deliver(address, SenderExample.message(Octets.latin1("hi\r\n")));
            if (!condition.getAsBoolean()) {
                return false;
            }
        } while (!outcome.isAccepted());
        SenderExample.assertPassed(outcome);
        return true;
    }
}
