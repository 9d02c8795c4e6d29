package org.countersign.arc;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.authres.AuthenticationMethod;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.MethodResult;
import org.countersign.canonical.BodyHashes;
import org.countersign.dkim.DkimLimits;
import org.countersign.dkim.DkimVerifier;
import org.countersign.dns.DnsClient;
import org.countersign.dns.MessageLookups;
import org.countersign.signature.SigningIdentity;
import org.countersign.testing.TestMessage;

/** Verifies and seals whole messages. */
public final class ArcRun {
    public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    static final AuthenticationResults RESULTS =
            new AuthenticationResults("mx.list.example", List.of(MethodResult.of(AuthenticationMethod.DMARC, "pass")));

    private ArcRun() {}

    /** The result of the chain of a message that was sealed about {@link #NOW}. */
    public static ArcResult verify(TestMessage message, DnsClient dns) {
        return verify(message, dns, ArcLimits.DEFAULT, NOW);
    }

    public static ArcResult verify(TestMessage message, DnsClient dns, ArcLimits limits, Instant now) {
        InstantSource clock = InstantSource.fixed(now);
        BodyHashes bodyHashes = new BodyHashes();
        ArcVerification verification = new ArcVerifier(limits, DkimLimits.DEFAULT, clock)
                .begin(
                        message.headers(),
                        bodyHashes,
                        new DkimVerifier(DkimLimits.DEFAULT, clock)
                                .keys(new MessageLookups(dns, 200, Instant.MAX), Runnable::run));
        bodyHashes.body(message.body().toByteArray(), 0, message.body().length());
        return verification.finish();
    }

    /** The set that is added to a message whose chain has this result. */
    static Optional<SealedArcSet> seal(TestMessage message, SigningIdentity identity, ArcResult chain, Instant now) {
        return seal(message, identity, chain, now, RESULTS);
    }

    private static Optional<SealedArcSet> seal(
            TestMessage message,
            SigningIdentity identity,
            ArcResult chain,
            Instant now,
            AuthenticationResults results) {
        BodyHashes bodyHashes = new BodyHashes();
        ArcSealOperation sealing = new ArcSealer(identity, InstantSource.fixed(now)).begin(bodyHashes);
        bodyHashes.body(message.body().toByteArray(), 0, message.body().length());
        return sealing.seal(message.headers(), chain, results);
    }

    /** The message after a handler has verified its chain and sealed it. */
    public static TestMessage sealed(TestMessage message, SigningIdentity identity, DnsClient dns) {
        return sealed(message, identity, dns, RESULTS);
    }

    /** The same by a handler that has found these results. */
    public static TestMessage sealed(
            TestMessage message, SigningIdentity identity, DnsClient dns, AuthenticationResults results) {
        SealedArcSet seal = seal(message, identity, verify(message, dns), NOW, results)
                .orElseThrow(() -> new AssertionError("not sealed"));
        return message.withFieldsOnTop(seal.fields());
    }
}
