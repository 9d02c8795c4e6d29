package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.dkim.DkimRun.NOW;
import static org.countersign.dkim.SignedMessage.KEY;
import static org.countersign.dkim.SignedMessage.MESSAGE;
import static org.countersign.dkim.SignedMessage.RECORD;
import static org.countersign.dkim.SignedMessage.draft;
import static org.countersign.dkim.SignedMessage.only;
import static org.countersign.dkim.SignedMessage.problem;
import static org.countersign.dkim.SignedMessage.result;
import static org.countersign.dkim.SignedMessage.zone;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.keys.KeyPairs;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SignatureProblem;
import org.countersign.keys.SigningKey;
import org.countersign.testing.RsaDer;
import org.countersign.testing.SignatureDraft;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Public key records and keys, in the verification of a signature. */
class DkimKeysTest {
    private static final StaticZone SILENT = StaticZone.builder()
            .failure("s1._domainkey.example.org", RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
            .build();

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
            assertThat(problem(result)).isEqualTo(SignatureProblem.NO_KEY);
            assertThat(result.explain()).contains("s1._domainkey.example.org, no such name");
        }

        @ParameterizedTest
        @CsvSource({"TIMEOUT", "SERVER_FAILURE", "REFUSED", "NETWORK", "DEADLINE"})
        void dnsErrorsAreTemporaryErrors(DnsAnswer.Failure failure) {
            StaticZone zone = StaticZone.builder()
                    .failure("s1._domainkey.example.org", RecordType.TXT, failure)
                    .build();

            DkimResult result = only(signed, zone);

            assertThat(result).isInstanceOf(DkimResult.TempError.class);
            assertThat(result.keyword()).isEqualTo("temperror");
            assertThat(problem(result))
                    .isEqualTo(
                            failure.isLocal()
                                    ? SignatureProblem.KEY_LOOKUP_GIVEN_UP
                                    : SignatureProblem.KEY_UNAVAILABLE);
        }

        @Test
        void aChangedBodyFailsEvenIfTheKeyIsUnavailable() {
            DkimResult result = only(signed.withBody("Other"), SILENT);

            assertThat(result).isInstanceOf(DkimResult.Fail.class);
            assertThat(problem(result)).isEqualTo(SignatureProblem.BODY_HASH_MISMATCH);
            assertThat(result.explain()).contains("cannot be fetched now");
            assertThat(result.failure().orElseThrow().likelyCauses()).isEmpty();
        }

        @Test
        void aBodyShorterThanSignedIsAPermanentErrorEvenIfTheKeyIsUnavailable() {
            TestMessage limited = draft().with("l", "1000000").sign(MESSAGE, KEY);

            assertThat(problem(only(limited, SILENT))).isEqualTo(SignatureProblem.BODY_SHORTER_THAN_SIGNED);
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
        void refusesAKeyRecord(String record, SignatureProblem expected) {
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
                    "v=DKIM1; h=; s=; t=; k=ed25519; DATA",
                    "v=DKIM1; 1x=1; -=2; =3; k=ed25519; DATA"
                })
        void acceptsAnUnusualKeyRecord(String record) {
            assertThat(with(record.replace("DATA", data))).isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void aRecordOfMoreThan64TagsIsMalformed() {
            String tags = IntStream.range(3, 64).mapToObj(i -> "; x" + i + "=1").collect(Collectors.joining());
            String record = "v=DKIM1; k=ed25519; " + data + tags;
            assertThat(with(record)).isInstanceOf(DkimResult.Pass.class);

            DkimResult result = with(record + "; y=1");

            assertThat(problem(result)).isEqualTo(SignatureProblem.KEY_SYNTAX);
            assertThat(result.explain()).contains("the public key record is malformed: more than 64 tags");
        }

        @Test
        void aKeyOfAnotherTypeIsAPermanentError() {
            DkimResult result = with(TestKeys.RSA.publicKeyRecord());

            assertThat(problem(result)).isEqualTo(SignatureProblem.KEY_TYPE_MISMATCH);
        }

        @Test
        void aStrictKeyDoesNotVerifyIdentifiersInSubdomains() {
            StaticZone strict = zone("v=DKIM1; k=ed25519; t=s:y; " + data);

            assertThat(problem(only(draft().with("i", "@sub.example.org").sign(MESSAGE, KEY), strict)))
                    .isEqualTo(SignatureProblem.KEY_NOT_FOR_SUBDOMAINS);
            assertThat(only(draft().with("i", "x@example.org").sign(MESSAGE, KEY), strict))
                    .isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void theResultSaysThatTheKeyIsInTestingMode() {
            DkimResult result = with("v=DKIM1; k=ed25519; t=y; " + data);

            assertThat(result.signature().keyInTestingMode()).isTrue();
            assertThat(result.explain()).contains("only testing");
        }

        @Test
        void oneOfSeveralKeyRecordsIsEnough() {
            StaticZone zone = StaticZone.builder()
                    .txt("s1._domainkey.example.org", "v=spf1 -all")
                    .txt("s1._domainkey.example.org", "v=DKIM1; p=")
                    .txt("s1._domainkey.example.org", RECORD)
                    .build();

            assertThat(only(signed, zone)).isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void ofSeveralKeyRecordsThatDoNotVerifyTheFirstGivesTheFailure() {
            String revoked = "v=DKIM1; p=";
            String sha1 = "v=DKIM1; k=ed25519; h=sha1; " + data;

            assertThat(problem(with(revoked, sha1))).isEqualTo(SignatureProblem.KEY_REVOKED);
            assertThat(problem(with(sha1, revoked))).isEqualTo(SignatureProblem.KEY_HASH_NOT_ALLOWED);
        }

        private DkimResult with(String first, String second) {
            return only(
                    signed,
                    StaticZone.builder()
                            .txt("s1._domainkey.example.org", first)
                            .txt("s1._domainkey.example.org", second)
                            .build());
        }

        @Test
        void atMostFourKeyRecordsAreTried() {
            StaticZone.Builder zone = StaticZone.builder();
            for (int i = 0; i < 4; i++) {
                zone.txt("s1._domainkey.example.org", "v=DKIM1; p=; n=" + i);
            }

            DkimResult result =
                    only(signed, zone.txt("s1._domainkey.example.org", RECORD).build());

            assertThat(problem(result)).isEqualTo(SignatureProblem.KEY_REVOKED);
        }

        @Test
        void anotherKeyDoesNotVerify() {
            SigningKey other = KeyPairs.generate(SignatureAlgorithm.ED25519_SHA256, 0, new SecureRandom())
                    .key();

            DkimResult result = with(other.publicKeyRecord());

            assertThat(result).isInstanceOf(DkimResult.Fail.class);
            assertThat(problem(result)).isEqualTo(SignatureProblem.SIGNATURE_MISMATCH);
        }
    }

    @Nested
    @DisplayName("RFC 8301 RSA keys")
    class RsaKeys {
        private DkimResult verify(String p, int shortest) {
            TestMessage signed = SignatureDraft.of(TestKeys.RFC_8463_RSA).sign(MESSAGE, TestKeys.RFC_8463_RSA);
            return DkimRun.verify(signed, zone("v=DKIM1; p=" + p), new DkimLimits(8, Duration.ZERO, shortest), NOW)
                    .get(0);
        }

        private final String good = TestKeys.RFC_8463_RSA.publicKeyRecord().replace("v=DKIM1; k=rsa; p=", "");

        @Test
        void aKeyOf1024BitsIsTheShortestThatPasses() {
            assertThat(verify(good, 1024)).isInstanceOf(DkimResult.Pass.class);
            assertThat(verify(RsaDer.record(1016, 65537), 1024).keyword()).isEqualTo("permerror");
            assertThat(problem(verify(RsaDer.record(1016, 65537), 1024))).isEqualTo(SignatureProblem.KEY_TOO_SHORT);
            assertThat(problem(verify(RsaDer.record(512, 65537), 0))).isEqualTo(SignatureProblem.KEY_TOO_SHORT);
        }

        @Test
        void theHostCanRequireLongerKeys() {
            DkimResult result = verify(good, 2048);

            assertThat(result).isInstanceOf(DkimResult.Policy.class);
            assertThat(result.keyword()).isEqualTo("policy");
            assertThat(problem(result)).isEqualTo(SignatureProblem.KEY_BELOW_LOCAL_MINIMUM);
        }

        @Test
        void aChangedBodyIsReportedInPlaceOfAKeyThatIsTooShortForTheHost() {
            TestMessage changed = SignatureDraft.of(TestKeys.RFC_8463_RSA)
                    .sign(MESSAGE, TestKeys.RFC_8463_RSA)
                    .withBody("At one?\r\n");

            assertThat(DkimRun.verify(changed, zone("v=DKIM1; p=" + good), new DkimLimits(8, Duration.ZERO, 2048), NOW))
                    .singleElement()
                    .satisfies(result -> assertThat(problem(result)).isEqualTo(SignatureProblem.BODY_HASH_MISMATCH));
        }

        @Test
        void aKeyThatIsTooLongOrHasABadExponentIsAPermanentError() {
            assertThat(problem(verify(RsaDer.record(8200, 65537), 1024))).isEqualTo(SignatureProblem.KEY_TOO_LONG);
            assertThat(problem(verify(RsaDer.record(1024, 1), 1024))).isEqualTo(SignatureProblem.KEY_UNUSABLE);
            assertThat(problem(verify(RsaDer.record(1024, 65536), 1024))).isEqualTo(SignatureProblem.KEY_UNUSABLE);
        }

        @Test
        void anExponentHasAtMost33Bits() {
            assertThat(problem(verify(RsaDer.record(1024, (1L << 33) - 1), 1024)))
                    .isEqualTo(SignatureProblem.SIGNATURE_MISMATCH);

            DkimResult result = verify(RsaDer.record(1024, (1L << 33) + 1), 1024);

            assertThat(result.keyword()).isEqualTo("permerror");
            assertThat(result.explain()).contains("an RSA exponent of 34 bits, 33 at most");
        }

        @Test
        void aKeyAbove4096BitsIsNotEvaluatedByDefault() {
            DkimResult result = verify(RsaDer.record(4104, 65537), 1024);

            assertThat(result).isInstanceOf(DkimResult.Policy.class);
            assertThat(problem(result)).isEqualTo(SignatureProblem.KEY_ABOVE_LOCAL_MAXIMUM);
            assertThat(result.explain()).contains("was not evaluated").contains("4104 bits");
            assertThat(problem(verify(RsaDer.record(4096, 65537), 1024)))
                    .isEqualTo(SignatureProblem.SIGNATURE_MISMATCH);
        }

        @Test
        void aBareRsaPublicKeyIsAccepted() {
            assertThat(verify(RsaDer.bare(TestKeys.RFC_8463_RSA.publicKeyRecord()), 1024))
                    .isInstanceOf(DkimResult.Pass.class);
        }
    }

    @Test
    void aKeyThatIsReplacedInTheDnsIsReplacedInTheCache() {
        TestMessage signed = SignatureDraft.of(TestKeys.RSA)
                .sign(TestMessage.parse("From: Alice <alice@example.org>\n\nAt noon?\n"), TestKeys.RSA);
        StaticZone before = zone(TestKeys.RSA.publicKeyRecord());
        StaticZone after = zone("v=DKIM1; k=rsa; p=");
        DkimRun.Server server = new DkimRun.Server();

        assertThat(server.verify(signed, before)).singleElement().isInstanceOf(DkimResult.Pass.class);
        assertThat(server.verify(signed, before)).singleElement().isInstanceOf(DkimResult.Pass.class);
        assertThat(server.verify(signed, after)).singleElement().isInstanceOf(DkimResult.PermError.class);
    }
}
