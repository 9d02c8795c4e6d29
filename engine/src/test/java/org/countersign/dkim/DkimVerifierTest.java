package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.dkim.Verification.NOW;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.countersign.dns.AnswerFacts;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuestion;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.message.HeaderField;
import org.countersign.message.HeaderSection;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DkimVerifierTest {
    private static final SigningKey KEY = TestKeys.ED25519;
    private static final String RECORD = KEY.publicKeyRecord();
    private static final StaticZone ZONE = zone(RECORD);
    private static final TestMessage MESSAGE = TestMessage.parse("""
        From: Alice <alice@example.org>
        To: Bob <bob@example.net>
        Subject: Lunch

        At noon?
        """);

    private static StaticZone zone(String record) {
        return StaticZone.builder().txt("s1._domainkey.example.org", record).build();
    }

    private static SignatureDraft draft() {
        return SignatureDraft.of(KEY);
    }

    private static DkimResult only(TestMessage message, DnsClient dns) {
        List<DkimResult> results = Verification.verify(message, dns);
        assertThat(results).hasSize(1);
        return results.get(0);
    }

    private static DkimResult result(SignatureDraft draft) {
        return only(draft.sign(MESSAGE, KEY), ZONE);
    }

    private static DkimProblem problem(DkimResult result) {
        assertThat(result.explain()).startsWith("The signature of ").endsWith(".");
        return result.fault().orElseThrow(() -> new AssertionError(result)).problem();
    }

    @Nested
    @DisplayName("RFC 6376 §6.1.1 signature fields")
    class Fields {
        @Test
        void aMessageWithoutSignatureHasNoResult() {
            assertThat(Verification.verify(MESSAGE, ZONE)).isEmpty();
        }

        @Test
        void passesAndSaysWhatItKnows() {
            DkimResult result =
                    result(draft().with("i", "al=69ce@Mail.Example.org").with("t", "1700000000"));

            assertThat(result).isInstanceOf(DkimResult.Pass.class);
            assertThat(result.keyword()).isEqualTo("pass");
            assertThat(result.explain()).isEqualTo("The signature of example.org (selector s1) verifies.");
            SignatureFacts facts = result.signature();
            assertThat(facts.sdid().orElseThrow()).hasToString("example.org");
            assertThat(facts.auid()).contains("alice@mail.example.org");
            assertThat(facts.selector()).isEqualTo("s1");
            assertThat(facts.algorithm()).contains(SignatureAlgorithm.ED25519_SHA256);
            assertThat(facts.keyBits()).hasValue(256);
            assertThat(facts.signedAt()).contains(Instant.ofEpochSecond(1_700_000_000));
            assertThat(facts.headerNames()).containsExactly("from", "subject");
            assertThat(facts.bodyLengthLimited()).isFalse();
            assertThat(facts.coversWholeBody()).isTrue();
            assertThat(facts.unsignedFromFields()).isZero();
        }

        @ParameterizedTest
        @ValueSource(strings = {"v", "a", "d", "h", "s"})
        void refusesASignatureWithoutARequiredTag(String tag) {
            DkimResult result = result(draft().without(tag));

            assertThat(result).isInstanceOf(DkimResult.PermError.class);
            assertThat(problem(result)).isEqualTo(DkimProblem.MISSING_TAG);
            assertThat(result.fault().orElseThrow().detail()).isEqualTo(tag + "=");
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
            v  | 0.5                  | UNKNOWN_VERSION
            v  | 2                    | UNKNOWN_VERSION
            a  | rsa-md5              | UNKNOWN_ALGORITHM
            a  | RSA-SHA256           | UNKNOWN_ALGORITHM
            a  | rsa-sha1             | HISTORIC_ALGORITHM
            c  | nowsp                | UNKNOWN_CANONICALIZATION
            c  | relaxed/             | UNKNOWN_CANONICALIZATION
            c  | relaxed/x            | UNKNOWN_CANONICALIZATION
            bh | !                    | BAD_BASE64
            bh | AAAA                 | BAD_BASE64
            bh | ''                   | BAD_BASE64
            d  | exa mple.org         | BAD_DOMAIN
            d  | .                    | BAD_DOMAIN
            d  | a"b.example          | BAD_DOMAIN
            s  | a..b                 | BAD_SELECTOR
            s  | ''                   | BAD_SELECTOR
            h  | To:Subject           | FROM_NOT_SIGNED
            h  | ''                   | FROM_NOT_SIGNED
            i  | @example.net         | AUID_OUTSIDE_SDID
            i  | @org                 | AUID_OUTSIDE_SDID
            i  | @badexample.org      | AUID_OUTSIDE_SDID
            i  | example.org          | BAD_AUID
            i  | a=zz@example.org     | BAD_AUID
            l  | -2                   | BAD_NUMBER
            l  | 1x                   | BAD_NUMBER
            l  | ''                   | BAD_NUMBER
            t  | tomorrow             | BAD_NUMBER
            x  | -1                   | BAD_NUMBER
            q  | http                 | UNKNOWN_QUERY_METHOD
            l  | 11                   | BODY_SHORTER_THAN_SIGNED
            l  | 99999999999999999999999 | BODY_SHORTER_THAN_SIGNED
            t  | 1; t=1               | DUPLICATE_TAG
            x9 | 1; x9=1              | DUPLICATE_TAG
            y  | 1; ; z=2             | SYNTAX
            y  | 1; stray             | SYNTAX
            """)
        void refusesABadTag(String tag, String value, DkimProblem expected) {
            DkimResult result = result(draft().with(tag, value));

            assertThat(problem(result)).isEqualTo(expected);
            assertThat(result.keyword()).isEqualTo("permerror");
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
            c | simple
            c | relaxed
            c | simple/relaxed
            q | dns/txt
            q | http : dns/txt
            h | Subject : FROM : from : X-None : x-none
            h | from::subject
            i | @example.org
            i | a.b=40c@sub.example.org
            l | 10
            l | 3
            l | 0
            z | From:b=3Dx@example.org
            xb | b=1
            b2 | ''
            x | 9999999999999999
            d | EXAMPLE.org
            """)
        void acceptsAnUnusualTag(String tag, String value) {
            assertThat(result(draft().with(tag, value))).isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void theFirstFaultIsReportedAndTheFactsAreKept() {
            DkimResult result = result(draft().with("a", "none").with("h", "To"));

            assertThat(problem(result)).isEqualTo(DkimProblem.UNKNOWN_ALGORITHM);
            assertThat(result.signature().sdid().orElseThrow()).hasToString("example.org");
            assertThat(result.signature().key()).isEmpty();
        }

        @Test
        void textFromTheSenderIsEscapedInWhatPeopleSee() {
            DkimResult result = result(draft().with("a", "\u001b[2Jx"));

            assertThat(result.explain()).contains("\\x1b[2Jx").doesNotContain("\u001b");
        }

        @Test
        void anULabelDomainIsLookedUpAsALabels() {
            StaticZone zone = StaticZone.builder()
                    .txt("s1._domainkey.xn--bcher-kva.example", RECORD)
                    .build();

            DkimResult result = only(draft().with("d", "bücher.example").sign(MESSAGE, KEY), zone);

            assertThat(result).isInstanceOf(DkimResult.Pass.class);
            assertThat(result.signature().sdid().orElseThrow()).hasToString("xn--bcher-kva.example");
        }
    }

    @Nested
    @DisplayName("RFC 6376 §3.5 times")
    class Times {
        private final long now = NOW.getEpochSecond();

        @Test
        void toleratesClocksThatAreFiveMinutesOff() {
            assertThat(result(draft().with("x", Long.toString(now - 299)))).isInstanceOf(DkimResult.Pass.class);
            assertThat(result(draft().with("t", Long.toString(now + 299)))).isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void refusesAnExpiredSignature() {
            assertThat(problem(result(draft().with("x", Long.toString(now - 301)))))
                    .isEqualTo(DkimProblem.EXPIRED);
        }

        @Test
        void refusesASignatureFromTheFuture() {
            assertThat(problem(result(draft().with("t", Long.toString(now + 301)))))
                    .isEqualTo(DkimProblem.SIGNED_IN_FUTURE);
            assertThat(problem(result(draft().with("t", "9".repeat(80))))).isEqualTo(DkimProblem.SIGNED_IN_FUTURE);
        }

        @Test
        void refusesASignatureThatExpiresBeforeItWasMade() {
            SignatureDraft draft = draft().with("t", Long.toString(now)).with("x", Long.toString(now));

            assertThat(problem(result(draft))).isEqualTo(DkimProblem.EXPIRES_BEFORE_SIGNED);
        }

        @Test
        void theDriftIsForTheOwnerOfTheHostToSay() {
            DkimLimits exact = new DkimLimits(8, Duration.ZERO, 1024);
            TestMessage message = draft().with("t", Long.toString(now + 1)).sign(MESSAGE, KEY);

            assertThat(problem(Verification.verify(message, ZONE, exact, NOW).get(0)))
                    .isEqualTo(DkimProblem.SIGNED_IN_FUTURE);
        }
    }

    @Nested
    @DisplayName("RFC 6376 §6.1.2 keys")
    class Keys {
        private final TestMessage signed = draft().sign(MESSAGE, KEY);
        private final String data = RECORD.substring(RECORD.indexOf("p="));

        private DkimResult with(String record) {
            return only(signed, zone(record));
        }

        @Test
        void noKeyIsAPermanentError() {
            DkimResult result = only(signed, StaticZone.builder().build());

            assertThat(result).isInstanceOf(DkimResult.PermError.class);
            assertThat(problem(result)).isEqualTo(DkimProblem.NO_KEY);
            assertThat(result.explain()).contains("s1._domainkey.example.org, no such name");
        }

        @ParameterizedTest
        @CsvSource({"TIMEOUT", "SERVER_FAILURE", "REFUSED", "NETWORK", "DEADLINE"})
        void dnsTroubleIsATemporaryError(DnsAnswer.Failure failure) {
            StaticZone zone = StaticZone.builder()
                    .failure("s1._domainkey.example.org", RecordType.TXT, failure)
                    .build();

            DkimResult result = only(signed, zone);

            assertThat(result).isInstanceOf(DkimResult.TempError.class);
            assertThat(result.keyword()).isEqualTo("temperror");
            assertThat(problem(result)).isEqualTo(DkimProblem.KEY_UNAVAILABLE);
        }

        @Test
        void aChangedBodyIsATemporaryErrorWhileTheKeyIsNotKnown() {
            StaticZone zone = StaticZone.builder()
                    .failure("s1._domainkey.example.org", RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
                    .build();

            assertThat(only(signed.withBody("Other"), zone)).isInstanceOf(DkimResult.TempError.class);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
            v=DKIM1; k=ed25519; p=                   | KEY_REVOKED
            p=; k=ed25519                            | KEY_REVOKED
            v=DKIM1; k=ed25519                       | KEY_SYNTAX
            v=DKIM2; k=ed25519; DATA                 | NO_KEY
            k=ed25519; v=DKIM1; DATA                 | KEY_SYNTAX
            v=DKIM1; k=ed25519; DATA; DATA           | KEY_SYNTAX
            v=DKIM1; k=ed25519; p=%%%                | KEY_SYNTAX
            v=DKIM1; k=ed25519; p=AAAA               | KEY_UNUSABLE
            v=DKIM1; k=rsa; DATA                     | KEY_UNUSABLE
            v=DKIM1; k=dsa; DATA                     | KEY_TYPE_MISMATCH
            v=DKIM1; k=ED25519; DATA                 | KEY_TYPE_MISMATCH
            v=DKIM1; k=ed25519; h=sha1; DATA         | KEY_HASH_NOT_ALLOWED
            v=DKIM1; k=ed25519; s=tlsrpt; DATA       | KEY_NOT_FOR_EMAIL
            v=spf1 -all                              | NO_KEY
            any text                                 | NO_KEY
            """)
        void refusesAKeyRecord(String record, DkimProblem expected) {
            DkimResult result = with(record.replace("DATA", data));

            assertThat(problem(result)).isEqualTo(expected);
            assertThat(result).isInstanceOf(DkimResult.PermError.class);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "k=ed25519; DATA",
                    "v=DKIM1;k=ed25519;DATA;;",
                    "v=DKIM1; stray; k=ed25519; DATA",
                    "v=DKIM1; g=; k=ed25519; DATA; n=a note",
                    "v=DKIM1; h=sha1 : sha256; s=x:email; t=q; k=ed25519; DATA",
                    "v=DKIM1; s=*; k=ed25519; t=s; DATA",
                    "v=DKIM1; h=; s=; t=; k=ed25519; DATA"
                })
        void acceptsAnUnusualKeyRecord(String record) {
            assertThat(with(record.replace("DATA", data))).isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void aRecordOfAnotherKeyTypeDoesNotFit() {
            DkimResult result = with(TestKeys.RSA.publicKeyRecord());

            assertThat(problem(result)).isEqualTo(DkimProblem.KEY_TYPE_MISMATCH);
        }

        @Test
        void aStrictKeyIsNotForIdentifiersOfSubdomains() {
            StaticZone strict = zone("v=DKIM1; k=ed25519; t=s:y; " + data);

            assertThat(problem(only(draft().with("i", "@sub.example.org").sign(MESSAGE, KEY), strict)))
                    .isEqualTo(DkimProblem.KEY_NOT_FOR_SUBDOMAINS);
            assertThat(only(draft().with("i", "x@example.org").sign(MESSAGE, KEY), strict))
                    .isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void aKeyInTestingModeIsMarked() {
            DkimResult result = with("v=DKIM1; k=ed25519; t=y; " + data);

            assertThat(result.signature().keyInTestingMode()).isTrue();
            assertThat(result.explain()).contains("only testing");
        }

        @Test
        void oneFittingRecordOfSeveralIsEnough() {
            StaticZone zone = StaticZone.builder()
                    .txt("s1._domainkey.example.org", "v=spf1 -all")
                    .txt("s1._domainkey.example.org", "v=DKIM1; p=")
                    .txt("s1._domainkey.example.org", RECORD)
                    .build();

            assertThat(only(signed, zone)).isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void ofSeveralRecordsNoMoreThanFourAreTried() {
            StaticZone.Builder zone = StaticZone.builder();
            for (int i = 0; i < 4; i++) {
                zone.txt("s1._domainkey.example.org", "v=DKIM1; p=; n=" + i);
            }

            DkimResult result =
                    only(signed, zone.txt("s1._domainkey.example.org", RECORD).build());

            assertThat(problem(result)).isEqualTo(DkimProblem.KEY_REVOKED);
        }

        @Test
        void anotherKeyDoesNotVerify() {
            SigningKey other = KeyPairs.generate(SignatureAlgorithm.ED25519_SHA256, 0, new SecureRandom())
                    .key();

            DkimResult result = with(other.publicKeyRecord());

            assertThat(result).isInstanceOf(DkimResult.Fail.class);
            assertThat(problem(result)).isEqualTo(DkimProblem.SIGNATURE_MISMATCH);
        }
    }

    @Nested
    @DisplayName("RFC 8301 RSA keys")
    class RsaKeys {
        private DkimResult verify(String p, int shortest) {
            TestMessage signed = SignatureDraft.of(TestKeys.RFC_8463_RSA).sign(MESSAGE, TestKeys.RFC_8463_RSA);
            return Verification.verify(signed, zone("v=DKIM1; p=" + p), new DkimLimits(8, Duration.ZERO, shortest), NOW)
                    .get(0);
        }

        private final String good = TestKeys.RFC_8463_RSA.publicKeyRecord().replace("v=DKIM1; k=rsa; p=", "");

        @Test
        void aKeyOf1024BitsIsTheShortestThatPasses() {
            assertThat(verify(good, 1024)).isInstanceOf(DkimResult.Pass.class);
            assertThat(verify(RsaDer.record(1016, 65537), 1024).keyword()).isEqualTo("permerror");
            assertThat(problem(verify(RsaDer.record(1016, 65537), 1024))).isEqualTo(DkimProblem.KEY_TOO_SHORT);
            assertThat(problem(verify(RsaDer.record(512, 65537), 0))).isEqualTo(DkimProblem.KEY_TOO_SHORT);
        }

        @Test
        void aHostMayAskForLongerKeys() {
            DkimResult result = verify(good, 2048);

            assertThat(result).isInstanceOf(DkimResult.Policy.class);
            assertThat(result.keyword()).isEqualTo("policy");
            assertThat(problem(result)).isEqualTo(DkimProblem.KEY_BELOW_LOCAL_MINIMUM);
        }

        @Test
        void aKeyThatIsTooCostlyIsRefusedUnseen() {
            assertThat(problem(verify(RsaDer.record(8200, 65537), 1024))).isEqualTo(DkimProblem.KEY_TOO_LONG);
            assertThat(problem(verify(RsaDer.record(1024, 1), 1024))).isEqualTo(DkimProblem.KEY_UNUSABLE);
            assertThat(problem(verify(RsaDer.record(1024, 65536), 1024))).isEqualTo(DkimProblem.KEY_UNUSABLE);
        }

        @Test
        void aKeyWithoutItsAlgorithmAroundItIsReadToo() {
            assertThat(verify(RsaDer.bare(TestKeys.RFC_8463_RSA.publicKey()), 1024))
                    .isInstanceOf(DkimResult.Pass.class);
        }
    }

    @Nested
    @DisplayName("RFC 6376 §6.1.3 what was signed")
    class Content {
        private final TestMessage signed = draft().sign(MESSAGE, KEY);

        @Test
        void tellsAChangedBodyFromChangedHeaderFields() {
            DkimResult body = only(signed.withBody("At one?\r\n"), ZONE);
            DkimResult header = only(signed.withFieldAt(3, HeaderField.of("Subject", " Dinner")), ZONE);
            DkimResult both = only(signed.withBody("x").withFieldAt(3, HeaderField.of("Subject", " Dinner")), ZONE);

            assertThat(problem(body)).isEqualTo(DkimProblem.BODY_HASH_MISMATCH);
            assertThat(body.explain()).contains("the header fields are intact");
            assertThat(problem(header)).isEqualTo(DkimProblem.SIGNATURE_MISMATCH);
            assertThat(problem(both)).isEqualTo(DkimProblem.BODY_HASH_MISMATCH);
            assertThat(both.explain()).contains("do not verify either");
            assertThat(List.of(body, header, both))
                    .allMatch(result -> result.keyword().equals("fail"));
        }

        @Test
        void unsignedFieldsMayChange() {
            assertThat(only(signed.withFieldAt(2, HeaderField.of("To", " anybody")), ZONE))
                    .isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void aLimitedBodyIsMarkedWhetherOrNotSomethingFollows() {
            TestMessage limited = draft().with("l", "10").sign(MESSAGE, KEY);

            DkimResult whole = only(limited, ZONE);
            DkimResult more = only(limited.withBody("At noon?\r\nBuy this!\r\n"), ZONE);

            assertThat(whole.signature().bodyLengthLimited()).isTrue();
            assertThat(whole.signature().coversWholeBody()).isTrue();
            assertThat(more).isInstanceOf(DkimResult.Pass.class);
            assertThat(more.signature().bodyLengthLimited()).isTrue();
            assertThat(more.signature().coversWholeBody()).isFalse();
            assertThat(more.explain()).contains("leaves out a part of the body");
        }

        @Test
        void aSecondFromFieldIsCounted() {
            TestMessage second = signed.withFieldOnTop(HeaderField.of("From", " mallory@example.net"));

            DkimResult result = only(second, ZONE);

            assertThat(result).isInstanceOf(DkimResult.Pass.class);
            assertThat(result.signature().unsignedFromFields()).isEqualTo(1);
            assertThat(result.explain()).contains("From field that it does not cover");
        }

        @Test
        void anOversignedFieldMustNotBeAdded() {
            TestMessage oversigned = draft().with("h", "From:From:Subject").sign(MESSAGE, KEY);

            assertThat(only(oversigned, ZONE)).isInstanceOf(DkimResult.Pass.class);
            assertThat(problem(only(oversigned.withFieldOnTop(HeaderField.of("From", " mallory")), ZONE)))
                    .isEqualTo(DkimProblem.SIGNATURE_MISMATCH);
        }

        @Test
        void aSignatureMayCoverEarlierSignaturesButNeverItself() {
            TestMessage twice = draft().with("h", "from:dkim-signature").sign(signed, KEY);

            assertThat(Verification.verify(twice, ZONE)).allMatch(result -> result instanceof DkimResult.Pass);
        }

        @Test
        void equalSignaturesAreTwoResults() {
            HeaderField signature = signed.headers().fields().get(0);

            List<DkimResult> results = Verification.verify(signed.withFieldOnTop(signature), ZONE);

            assertThat(results).hasSize(2).allMatch(result -> result instanceof DkimResult.Pass);
            assertThat(results)
                    .extracting(result -> result.signature().position())
                    .containsExactly(1, 2);
        }

        @Test
        void eightBitHeaderFieldsAreOctets() {
            TestMessage latin1 = MESSAGE.withFieldAt(
                    2, HeaderField.of(Octets.latin1("Subject"), Octets.latin1(" Caf\u00e9 \u00ff")));

            assertThat(only(draft().sign(latin1, KEY), ZONE)).isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void aControlCharacterIsNoWhiteSpace() {
            TestMessage changed = signed.withFieldAt(3, HeaderField.of("Subject", " Lunch\u000b"));

            assertThat(problem(only(changed, ZONE))).isEqualTo(DkimProblem.SIGNATURE_MISMATCH);
        }

        @Test
        void theSignatureMayBeFoldedAnywhereAndStandAnywhere() {
            HeaderField field = signed.headers().fields().get(0);
            String value = field.value().latin1();
            int b = value.indexOf("; b=") + 4;
            String signature = value.substring(b);
            String folded = value.substring(0, b) + "\r\n\t " + signature.substring(0, 20) + " \r\n "
                    + signature.substring(20) + "\r\n\t";

            assertThat(only(signed.withFieldAt(0, HeaderField.of("DKIM-Signature", folded)), ZONE))
                    .isInstanceOf(DkimResult.Pass.class);
        }
    }

    @Nested
    @DisplayName("work and its limits")
    class Limits {
        private static final class CountingZone implements DnsClient {
            private final AtomicInteger questions = new AtomicInteger();

            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuestion<R> question, Instant deadline) {
                questions.incrementAndGet();
                return new DnsAnswer.NoSuchName<>(AnswerFacts.NONE);
            }
        }

        @Test
        void evaluatesNoMoreThanEightAndFetchesNoMoreKeys() {
            TestMessage message = MESSAGE;
            for (int i = 0; i < 20; i++) {
                message = draft().with("s", "s" + i).sign(message, KEY);
            }
            CountingZone zone = new CountingZone();

            List<DkimResult> results = Verification.verify(message, zone);

            assertThat(results).hasSize(20);
            assertThat(results.subList(0, 8)).allMatch(result -> problem(result) == DkimProblem.NO_KEY);
            assertThat(results.subList(8, 20)).allSatisfy(result -> {
                assertThat(result).isInstanceOf(DkimResult.NotEvaluated.class);
                assertThat(result.keyword()).isEqualTo("neutral");
                assertThat(problem(result)).isEqualTo(DkimProblem.TOO_MANY_SIGNATURES);
            });
            assertThat(zone.questions).hasValue(8);
        }

        @Test
        void signaturesThatAreWorthlessOnSightTakeNoPlace() {
            TestMessage message = draft().sign(MESSAGE, KEY);
            for (int i = 0; i < 20; i++) {
                message = draft().with("x", "1").sign(message, KEY);
            }

            List<DkimResult> results = Verification.verify(message, ZONE);

            assertThat(results.get(20)).isInstanceOf(DkimResult.Pass.class);
            assertThat(results.subList(0, 20)).allMatch(result -> problem(result) == DkimProblem.EXPIRED);
        }

        @Test
        void eachKeyIsFetchedOnce() {
            TestMessage message = MESSAGE;
            for (int i = 0; i < 5; i++) {
                message = draft().sign(message, KEY);
            }
            AtomicInteger questions = new AtomicInteger();
            DkimVerification verification = new DkimVerifier(DkimLimits.DEFAULT, InstantSource.fixed(NOW))
                    .begin(message.headers(), new MessageLookups(ZONE, 9, Instant.MAX), task -> {
                        questions.incrementAndGet();
                        task.run();
                    });
            verification.body(message.body().toByteArray(), 0, message.body().length());

            assertThat(verification.finish()).hasSize(5).allMatch(result -> result instanceof DkimResult.Pass);
            assertThat(questions).hasValue(1);
        }

        @Test
        void keysAreAskedForBeforeTheBodyComes() {
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
                public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuestion<R> question, Instant deadline) {
                    try {
                        bodyIsThere.await();
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    return ZONE.lookup(question, deadline);
                }
            };
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                DkimVerification verification = new DkimVerifier(DkimLimits.DEFAULT, InstantSource.fixed(NOW))
                        .begin(message.headers(), new MessageLookups(slow, 9, Instant.MAX), executor);
                verification.body(
                        message.body().toByteArray(), 0, message.body().length());
                bodyIsThere.countDown();

                assertThat(verification.finish()).singleElement().isInstanceOf(DkimResult.Pass.class);
            }
        }

        @Test
        void theBodyIsHashedOnceForDkimAndArc() {
            TestMessage message = draft().sign(MESSAGE, KEY);
            BodyHashes shared = new BodyHashes();
            PublicKeyLookups keys = new PublicKeyLookups(new MessageLookups(ZONE, 9, Instant.MAX), Runnable::run);
            BodyHashes.Request other = new BodyHashes.Request(Canonicalization.RELAXED, OptionalLong.empty());
            shared.request(other);
            DkimVerification verification = new DkimVerifier(DkimLimits.DEFAULT, InstantSource.fixed(NOW))
                    .begin(message.headers(), shared, keys);
            shared.body(message.body().toByteArray(), 0, message.body().length());

            assertThat(verification.finish()).singleElement().isInstanceOf(DkimResult.Pass.class);
            assertThat(shared.hash(other).bodyLength()).isEqualTo(10);
        }

        @Test
        void anInterruptedWaitIsATemporaryError() {
            TestMessage message = draft().sign(MESSAGE, KEY);
            DkimVerification verification = new DkimVerifier(DkimLimits.DEFAULT, InstantSource.fixed(NOW))
                    .begin(message.headers(), new MessageLookups(ZONE, 9, Instant.MAX), task -> {});

            Thread.currentThread().interrupt();
            List<DkimResult> results = verification.finish();

            assertThat(Thread.interrupted()).isTrue();
            assertThat(results).singleElement().isInstanceOf(DkimResult.TempError.class);
        }

        @Test
        void anEmptyMessageIsNoTrouble() {
            TestMessage empty = new TestMessage(new HeaderSection(List.of()), Octets.EMPTY);

            assertThat(Verification.verify(empty, ZONE)).isEmpty();
        }
    }
}
