package org.countersign.dkim;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.countersign.dns.DnsClient;
import org.countersign.dns.MessageLookups;
import org.countersign.testing.TestMessage;

/** Verifies whole messages. */
public final class DkimRun {
    public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private DkimRun() {}

    /** One verifier for several messages, which share its key cache. */
    public static final class Server {
        private final DkimVerifier verifier = new DkimVerifier(DkimLimits.DEFAULT, InstantSource.fixed(NOW));

        public List<DkimResult> verify(TestMessage message, DnsClient dns) {
            return DkimRun.verify(message, dns, verifier);
        }
    }

    public static List<DkimResult> verify(TestMessage message, DnsClient dns) {
        return verify(message, dns, DkimLimits.DEFAULT, NOW);
    }

    public static List<DkimResult> verify(TestMessage message, DnsClient dns, DkimLimits limits, Instant now) {
        return verify(message, dns, new DkimVerifier(limits, InstantSource.fixed(now)));
    }

    private static List<DkimResult> verify(TestMessage message, DnsClient dns, DkimVerifier verifier) {
        DkimVerification verification =
                verifier.begin(message.headers(), new MessageLookups(dns, 100, Instant.MAX), Runnable::run);
        verification.body(message.body().toByteArray(), 0, message.body().length());
        return verification.finish();
    }
}
