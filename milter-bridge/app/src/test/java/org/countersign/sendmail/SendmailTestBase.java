package org.countersign.sendmail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.countersign.dns.StaticZone;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.postfix.DeliveredMessage;
import org.countersign.postfix.PolicyBridge;
import org.countersign.signature.SigningDefaults;
import org.countersign.testing.SmtpSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A bridge, a Sendmail that uses it, and the server that gets the mail. */
abstract class SendmailTestBase {
    // Set by startBridge() and startSendmail(), which every test calls first.
    @SuppressWarnings("NullAway.Init")
    PolicyBridge bridge;

    @SuppressWarnings("NullAway.Init")
    SendmailInstance sendmail;

    @SuppressWarnings("NullAway.Init")
    private SmtpSink sink;

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final Deque<SendmailInstance> instances = new ArrayDeque<>();

    @BeforeEach
    void requireSendmail() throws IOException {
        SendmailInstance.assumeSendmail();
        sink = SmtpSink.modern();
    }

    /**
     * Starts the bridge.
     *
     * @param kind the kind of its socket, {@code inet} or {@code unix}
     */
    void startBridge(String kind, String policy, StaticZone zone, SigningDefaults defaults) throws IOException {
        directory = SendmailInstance.newDirectory();
        ListenAddress address = kind.equals("unix")
                ? new ListenAddress.Unix(
                        SendmailInstance.runDirectory(directory).resolve("milter.sock"))
                : new ListenAddress.Inet("127.0.0.1", 0, false);
        bridge = PolicyBridge.start(policy, zone, address, defaults);
    }

    /** Adds a host to the table that Sendmail reads instead of the DNS. Call it before Sendmail is started. */
    void writeHosts(String line) throws IOException {
        Files.writeString(directory.resolve("etc/hosts"), "127.0.0.1 localhost\n" + line + "\n");
    }

    /** Starts the Sendmail that uses the bridge and sends to the sink. */
    void startSendmail(SendmailSettings settings) throws IOException {
        startConfigured(settings.withFilter(bridge.address()));
    }

    /** The same with settings that have all that is needed to use the bridge. */
    void startConfigured(SendmailSettings settings) throws IOException {
        sendmail = SendmailInstance.start(directory, settings, sink.port());
        instances.push(sendmail);
    }

    /** Starts a Sendmail that sends to the one that uses the bridge. */
    SendmailInstance startUpstream(SendmailSettings settings) throws IOException {
        SendmailInstance upstream = SendmailInstance.start(SendmailInstance.newDirectory(), settings, sendmail.port());
        instances.push(upstream);
        return upstream;
    }

    @AfterEach
    void stop() throws IOException {
        // Sendmail first, because it would wait for the closed milter.
        for (SendmailInstance instance : instances) {
            instance.close();
        }
        instances.clear();
        if (bridge != null) {
            bridge.close();
        }
        if (sink != null) {
            sink.close();
        }
    }

    /** The next message that arrives at the sink. */
    DeliveredMessage delivered() throws InterruptedException {
        try {
            return DeliveredMessage.overSmtp(sink.await().message());
        } catch (AssertionError none) {
            throw new AssertionError("no message arrived; Sendmail's log:\n" + sendmail.log(), none);
        }
    }

    /** Whether the sink has got nothing else. */
    boolean nothingElseDelivered() {
        return sink.isEmpty();
    }

    /** The rule that decided the next message. */
    String rule() throws InterruptedException {
        return bridge.next().outcome().decision().rule();
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
