package org.countersign.postfix;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.ParsedConfiguration;
import org.countersign.dns.DnsClient;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.keys.KeyPairs;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SigningKey;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.policy.Mode;
import org.countersign.service.EngineFactory;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.AuidChoice;
import org.countersign.signing.AuthorPermissions;
import org.countersign.signing.KeyValidity;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.SigningEntry;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningTable;
import org.countersign.signing.UnsignedAction;
import org.countersign.syntax.Octets;

/**
 * The bridge in this process with the text of a policy file, and one key: selector {@code s} of {@code receiver.example}.
 */
public final class PolicyBridge implements AutoCloseable {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final SigningKey KEY = KeyPairs.generate(SignatureAlgorithm.RSA_SHA256, 2048, new SecureRandom())
            .key();

    private final MilterServer server;
    private final BlockingQueue<FinishedMessage> finished;

    private PolicyBridge(MilterServer server, BlockingQueue<FinishedMessage> finished) {
        this.server = server;
        this.finished = finished;
    }

    /** Starts the bridge on a free loopback port. */
    public static PolicyBridge start(String policy, DnsClient dns) throws IOException {
        return start(policy, dns, new ListenAddress.Inet("127.0.0.1", 0, false));
    }

    /** Starts the bridge on this address. */
    public static PolicyBridge start(String policy, DnsClient dns, ListenAddress address) throws IOException {
        return start(policy, dns, address, SigningDefaults.DEFAULT);
    }

    /**
     * Starts the bridge.
     *
     * @param policy the text of the policy file; its keys, its table and the settings of signatures have no effect
     */
    public static PolicyBridge start(String policy, DnsClient dns, ListenAddress address, SigningDefaults defaults)
            throws IOException {
        Configuration configuration = ((ParsedConfiguration.Valid)
                        ConfigurationParser.parse("mx.yaml", Octets.utf8(policy), BridgeConfiguration.FRONT_END))
                .configuration();
        BlockingQueue<FinishedMessage> finished = new LinkedBlockingQueue<>();
        EngineFilter filter = new EngineFilter(
                EngineFactory.engine(configuration, signing(defaults), dns, CLOCK, (key, state) -> {}),
                finished::add,
                CLOCK);
        return new PolicyBridge(MilterServer.start(ServerSettings.listeningOn(List.of(address)), filter), finished);
    }

    private static SigningPolicy signing(SigningDefaults defaults) {
        DomainName domain = DomainName.of("receiver.example");
        SigningEntry entry = new SigningEntry(
                "test",
                List.of(new AddressPattern.Domain(domain)),
                List.of(),
                List.of(),
                List.of(),
                List.of(new ScheduledKey(new SigningIdentity(domain, "s", KEY), KeyValidity.ALWAYS)),
                defaults,
                new AuidChoice.None());
        return new SigningPolicy(
                new SigningTable(List.of(entry)),
                AuthorPermissions.ANY,
                UnsignedAction.UNSIGNED,
                UnsignedAction.UNSIGNED,
                Mode.ENFORCE);
    }

    /** The address that it listens on. */
    public ListenAddress address() {
        return server.addresses().getFirst();
    }

    /** Waits for the next message that is decided on. */
    public FinishedMessage next() throws InterruptedException {
        FinishedMessage message = finished.poll(60, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message was decided on");
        }
        return message;
    }

    /** Whether all messages that were decided on have been taken with {@link #next()}. */
    public boolean isIdle() {
        return finished.isEmpty();
    }

    /** Whether the message has exactly one signature by the key of the bridge, and dkimpy verifies it. */
    public static boolean isSignedOnce(DeliveredMessage message) throws IOException {
        List<String> signatures = message.values("DKIM-Signature");
        return signatures.size() == 1
                && signatures.getFirst().contains("d=receiver.example;")
                && IndependentVerifier.verifies(message.octets(), keys(), Instant.now());
    }

    /** The key record by name. */
    public static Map<String, String> keys() {
        return Map.of("s._domainkey.receiver.example", KEY.publicKeyRecord());
    }

    @Override
    public void close() {
        server.close();
    }
}
