package org.countersign.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.config.FrontEnd;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A policy with a table and two keys in a temporary directory, and the result of each reload. */
abstract class LiveEngineFixture {
    static final Duration INTERVAL = Duration.ofMillis(20);

    static final String POLICY = """
        signing:
          table-file: domains.table
          keys: [{ domain: example.net, selector: n, key-file: a.pem }]
        """;

    @TempDir
    Path temp;

    Path policy;

    final BlockingQueue<LoadedPolicy> reloads = new LinkedBlockingQueue<>();

    final BlockingQueue<List<String>> refusals = new LinkedBlockingQueue<>();

    final PolicySource.Listener listener = new PolicySource.Listener() {
        @Override
        public void reloaded(LoadedPolicy before, LoadedPolicy now) {
            reloads.add(now);
        }

        @Override
        public void refused(List<String> problems) {
            refusals.add(problems);
        }
    };

    @BeforeEach
    void write() throws IOException {
        policy = Files.writeString(temp.resolve("mx.yaml"), POLICY);
        key("a.pem", TestKeys.RFC_8463_ED25519_SEED);
        key("b.pem", TestKeys.RFC_8463_ED25519_PEM);
        table("example.org example.org s1 a.pem");
    }

    void key(String name, String text) throws IOException {
        replace(temp.resolve(name), text, "rw-------");
    }

    void table(String text) throws IOException {
        replace(temp.resolve("domains.table"), text + "\n", "rw-r--r--");
    }

    void policy(String text) throws IOException {
        replace(policy, text, "rw-r--r--");
    }

    /**
     * Replaces a file in one step. An engine that looks between two steps, while this thread waits for the processor, would
     * take a file that is empty or open to everyone for the new one.
     */
    static void replace(Path file, String text, String permissions) throws IOException {
        Path other = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString(permissions));
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
    }

    LiveEngine start() throws FileFailure {
        return LiveEngine.start(policy, FrontEnd.NONE, InstantSource.system(), INTERVAL, listener, TestPolicies.IGNORE);
    }

    <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(100, TimeUnit.SECONDS), "nothing has happened");
    }

    static MessageSession begin(LiveEngine engine) {
        MessageSession flow = engine.get()
                .open(new SmtpTransaction(
                        new Client.Ip(IpNetwork.parseAddress("192.0.2.7").orElseThrow(), ""),
                        "laptop",
                        ReversePath.parse("a@example.org"),
                        Optional.of("a@example.org"),
                        "",
                        "mx"));
        flow.header(HeaderField.of("From", " a@example.org"));
        return flow;
    }

    static List<String> selectors(MessageSession flow) {
        flow.endOfHeaders();
        return ((MessageOutcome.Signed) flow.conclude())
                .signedBy().stream().map(SigningIdentity::selector).toList();
    }

    static List<String> selectors(LiveEngine engine) {
        try (MessageSession flow = begin(engine)) {
            return selectors(flow);
        }
    }
}
