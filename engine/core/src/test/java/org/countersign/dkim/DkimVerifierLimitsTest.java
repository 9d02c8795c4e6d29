package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.dkim.DkimRun.NOW;
import static org.countersign.dkim.SignedMessage.KEY;
import static org.countersign.dkim.SignedMessage.MESSAGE;
import static org.countersign.dkim.SignedMessage.ZONE;
import static org.countersign.dkim.SignedMessage.draft;
import static org.countersign.dkim.SignedMessage.problem;
import static org.countersign.dkim.SignedMessage.result;
import static org.countersign.dkim.SignedMessage.zone;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.countersign.canonical.BodyHashes;
import org.countersign.canonical.Canonicalization;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.StaticZone;
import org.countersign.keys.KeyPairs;
import org.countersign.keys.PublicKeyLookups;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SignatureProblem;
import org.countersign.message.HeaderSection;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.SignatureDraft;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.Test;

/** The limits of the work for one message, and its order. */
class DkimVerifierLimitsTest {
    private static final class CountingZone implements DnsClient {
        private final AtomicInteger queries = new AtomicInteger();

        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
            queries.incrementAndGet();
            return new DnsAnswer.NoSuchName<>(AnswerMetadata.NONE);
        }
    }

    @Test
    void atMostEightSignaturesAreEvaluatedAndTheirKeysLookedUp() {
        TestMessage message = MESSAGE;
        for (int i = 0; i < 20; i++) {
            message = draft().with("s", "s" + i).sign(message, KEY);
        }
        CountingZone zone = new CountingZone();

        List<DkimResult> results = DkimRun.verify(message, zone);

        assertThat(results).hasSize(20);
        assertThat(results.subList(0, 8)).allMatch(result -> problem(result) == SignatureProblem.NO_KEY);
        assertThat(results.subList(8, 20)).allSatisfy(result -> {
            assertThat(result).isInstanceOf(DkimResult.NotEvaluated.class);
            assertThat(result.keyword()).isEqualTo("neutral");
            assertThat(problem(result)).isEqualTo(SignatureProblem.TOO_MANY_SIGNATURES);
        });
        assertThat(zone.queries).hasValue(8);
    }

    @Test
    void signaturesThatFailWithoutAKeyDoNotCount() {
        TestMessage message = draft().sign(MESSAGE, KEY);
        for (int i = 0; i < 20; i++) {
            message = draft().with("x", "1").sign(message, KEY);
        }

        List<DkimResult> results = DkimRun.verify(message, ZONE);

        assertThat(results.get(20)).isInstanceOf(DkimResult.Pass.class);
        assertThat(results.subList(0, 20)).allMatch(result -> problem(result) == SignatureProblem.EXPIRED);
    }

    @Test
    void atMost64FieldsAreReadAndReported() {
        TestMessage message = draft().sign(MESSAGE, KEY);
        for (int i = 0; i < 100; i++) {
            message = draft().with("x", "1").sign(message, KEY);
        }
        assertThat(DkimRun.verify(message, ZONE))
                .hasSize(64)
                .allMatch(result -> problem(result) == SignatureProblem.EXPIRED)
                .allMatch(result -> result.signature().headerNames().isEmpty());
    }

    @Test
    void aSignatureOfMoreThan256HeaderNamesIsNotEvaluated() {
        String names = "from" + ":x".repeat(255);
        assertThat(result(draft().with("h", names))).isInstanceOf(DkimResult.Pass.class);
        assertThat(result(draft().with("h", names)).signature().headerNames()).hasSize(256);

        DkimResult tooMany = result(draft().with("h", names + ":x"));

        assertThat(tooMany).isInstanceOf(DkimResult.NotEvaluated.class);
        assertThat(problem(tooMany)).isEqualTo(SignatureProblem.TOO_MANY_HEADER_NAMES);
    }

    @Test
    void aSignatureOfMoreThan64TagsIsNotEvaluated() {
        SignatureDraft draft = draft();
        // With the tags of the draft, bh= and b= there are 64.
        for (int i = draft.tags().size() + 2; i < 64; i++) {
            draft = draft.with("x" + i, "1");
        }
        assertThat(result(draft)).isInstanceOf(DkimResult.Pass.class);

        DkimResult tooMany = result(draft.with("y", "1"));

        assertThat(tooMany).isInstanceOf(DkimResult.NotEvaluated.class);
        assertThat(problem(tooMany)).isEqualTo(SignatureProblem.TOO_MANY_TAGS);
        assertThat(tooMany.explain()).contains("it has more tags than are evaluated: more than 64 tags");
    }

    @Test
    void eachKeyIsLookedUpOnce() {
        TestMessage message = MESSAGE;
        for (int i = 0; i < 5; i++) {
            message = draft().sign(message, KEY);
        }
        AtomicInteger queries = new AtomicInteger();
        DkimVerification verification = new DkimVerifier(DkimLimits.DEFAULT, InstantSource.fixed(NOW))
                .begin(message.headers(), new MessageLookups(ZONE, 9, Instant.MAX), task -> {
                    queries.incrementAndGet();
                    task.run();
                });
        verification.body(message.body().toByteArray(), 0, message.body().length());

        assertThat(verification.finish()).hasSize(5).allMatch(result -> result instanceof DkimResult.Pass);
        assertThat(queries).hasValue(1);
    }

    @Test
    void keyLookupsStartBeforeTheBody() {
        AtomicInteger started = new AtomicInteger();
        Executor never = task -> started.incrementAndGet();

        DkimVerification unused = new DkimVerifier(DkimLimits.DEFAULT, InstantSource.fixed(NOW))
                .begin(draft().sign(MESSAGE, KEY).headers(), new MessageLookups(ZONE, 9, Instant.MAX), never);

        assertThat(started).hasValue(1);
    }

    @Test
    void theBodyDoesNotWaitForTheKeys() {
        TestMessage message = draft().sign(MESSAGE, KEY);
        CountDownLatch bodyIsThere = new CountDownLatch(1);
        DnsClient slow = new DnsClient() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
                try {
                    bodyIsThere.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
                return ZONE.lookup(query, deadline);
            }
        };
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            DkimVerification verification = new DkimVerifier(DkimLimits.DEFAULT, InstantSource.fixed(NOW))
                    .begin(message.headers(), new MessageLookups(slow, 9, Instant.MAX), executor);
            verification.body(message.body().toByteArray(), 0, message.body().length());
            bodyIsThere.countDown();

            assertThat(verification.finish()).singleElement().isInstanceOf(DkimResult.Pass.class);
        }
    }

    @Test
    void theBodyIsHashedOnceForDkimAndArc() {
        TestMessage message = draft().sign(MESSAGE, KEY);
        BodyHashes shared = new BodyHashes();
        DkimVerifier verifier = new DkimVerifier(DkimLimits.DEFAULT, InstantSource.fixed(NOW));
        PublicKeyLookups keys = verifier.keys(new MessageLookups(ZONE, 9, Instant.MAX), Runnable::run);
        BodyHashes.Request other = new BodyHashes.Request(Canonicalization.RELAXED, OptionalLong.empty());
        shared.request(other);
        DkimVerification verification = verifier.begin(message.headers(), shared, keys);
        shared.body(message.body().toByteArray(), 0, message.body().length());

        assertThat(verification.finish()).singleElement().isInstanceOf(DkimResult.Pass.class);
        assertThat(shared.hash(other).bodyLength()).isEqualTo(10);
    }

    @Test
    void anInterruptedWaitIsATemporaryError() {
        TestMessage message = draft().sign(MESSAGE, KEY);
        DkimVerification verification = new DkimVerifier(DkimLimits.DEFAULT, InstantSource.fixed(NOW))
                .begin(message.headers(), new MessageLookups(ZONE, 9, Instant.MAX), task -> {});
        verification.body(message.body().toByteArray(), 0, message.body().length());

        Thread.currentThread().interrupt();
        List<DkimResult> results = verification.finish();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(results).singleElement().isInstanceOf(DkimResult.TempError.class);
    }

    @Test
    void anEmptyMessageHasNoResult() {
        TestMessage empty = new TestMessage(new HeaderSection(List.of()), Octets.EMPTY);

        assertThat(DkimRun.verify(empty, ZONE)).isEmpty();
    }

    /** Fifty signatures, each with four records of other keys. */
    @Test
    void signaturesBeyondTheBudgetAreNotEvaluated() {
        TestMessage message = MESSAGE;
        StaticZone.Builder zone = StaticZone.builder();
        for (int i = 0; i < 50; i++) {
            message = draft().with("s", "s" + i).sign(message, KEY);
            for (int record = 0; record < 4; record++) {
                zone.txt(
                        "s" + i + "._domainkey.example.org",
                        KeyPairs.generate(SignatureAlgorithm.ED25519_SHA256, 0, new SecureRandom())
                                .key()
                                .publicKeyRecord());
            }
        }
        List<DkimResult> results = DkimRun.verify(message, zone.build(), new DkimLimits(50, Duration.ZERO, 1024), NOW);

        assertThat(results).hasSize(50);
        assertThat(results.getFirst()).isInstanceOf(DkimResult.Fail.class);
        assertThat(results.getLast()).isInstanceOf(DkimResult.NotEvaluated.class);
        assertThat(results.getLast().keyword()).isEqualTo("neutral");
        assertThat(problem(results.getLast())).isEqualTo(SignatureProblem.TOO_MANY_KEY_OPERATIONS);
    }

    @Test
    void twentySignaturesByOneKeyAreWithinTheBudget() {
        List<TestMessage> signed = new ArrayList<>(List.of(MESSAGE));
        for (int i = 0; i < 20; i++) {
            signed.add(draft().sign(signed.getLast(), KEY));
        }
        assertThat(DkimRun.verify(signed.getLast(), ZONE, new DkimLimits(20, Duration.ZERO, 1024), NOW))
                .hasSize(20)
                .allMatch(DkimResult.Pass.class::isInstance);
    }

    @Test
    void hashingHeaderFieldsIsTakenFromTheBudget() {
        TestMessage message = MESSAGE.withFieldOnTop(HeaderField.of("X-Filler", " " + "x".repeat(900_000)));
        for (int i = 0; i < 20; i++) {
            message = draft().with("h", "from:x-filler").sign(message, KEY);
        }
        List<DkimResult> results = DkimRun.verify(message, ZONE, new DkimLimits(20, Duration.ZERO, 1024), NOW);

        assertThat(results.stream().filter(DkimResult.NotEvaluated.class::isInstance))
                .hasSizeGreaterThan(10);
        // The budget is enough for 1.5 megabytes.
        assertThat(results.stream().filter(DkimResult.Pass.class::isInstance)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void atMostFourRecordsUnderOneNameAreRead() {
        StaticZone.Builder zone = StaticZone.builder();
        for (int i = 0; i < 4; i++) {
            zone.txt("s1._domainkey.example.org", "v=DKIM1; p=; n=" + i);
        }
        // Would verify, and is the fifth.
        zone.txt("s1._domainkey.example.org", SignedMessage.RECORD);
        List<DkimResult> results = DkimRun.verify(draft().sign(MESSAGE, KEY), zone.build());
        assertThat(results).singleElement().extracting(SignedMessage::problem).isEqualTo(SignatureProblem.KEY_REVOKED);
    }
}
