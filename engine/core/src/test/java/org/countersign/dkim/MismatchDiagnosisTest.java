package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import org.countersign.dns.StaticZone;
import org.countersign.keys.LikelyCause;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.keys.SigningKey;
import org.countersign.message.HeaderSection;
import org.countersign.signature.HeaderIndex;
import org.countersign.signature.SignatureTags;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.SignatureDraft;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MismatchDiagnosisTest {
    private static final SigningKey KEY = TestKeys.ED25519;
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("s1._domainkey.example.org", KEY.publicKeyRecord())
            .build();
    private static final TestMessage MESSAGE = TestMessage.parse("""
        From: Alice <alice@example.org>
        Subject: Lunch

        At noon?
        """);
    private static final TestMessage SIGNED = SignatureDraft.of(KEY).sign(MESSAGE, KEY);
    private static final TestMessage SIGNED_SIMPLE =
            SignatureDraft.of(KEY).with("c", "simple/simple").sign(MESSAGE, KEY);

    private static TestMessage replace(TestMessage message, HeaderField field) {
        List<HeaderField> fields = new ArrayList<>(message.headers().fields());
        fields.replaceAll(old -> old.is(field.name()) ? field : old);
        return new TestMessage(new HeaderSection(fields), message.body());
    }

    private static TestMessage withSubject(TestMessage message, String value) {
        return replace(message, HeaderField.of("Subject", value));
    }

    private static SignatureFailure only(TestMessage message) {
        List<DkimResult> results = DkimRun.verify(message, ZONE);
        assertThat(results).singleElement().isInstanceOf(DkimResult.Fail.class);
        return results.get(0).failure().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {" [list] Lunch", " [list]  Lunch", " [list]\r\n Lunch", "[list] Lunch"})
    void findsATagInFrontOfTheSubject(String subject) {
        SignatureFailure failure = only(withSubject(SIGNED, subject));

        assertThat(failure.problem()).isEqualTo(SignatureProblem.SIGNATURE_MISMATCH);
        assertThat(failure.likelyCauses()).containsExactly(LikelyCause.SUBJECT_TAG_ADDED);
        assertThat(failure.describe()).contains("probably words in brackets");
    }

    @Test
    void findsATagAfterAReplyPrefix() {
        TestMessage reply = SignatureDraft.of(KEY).sign(withSubject(MESSAGE, " Re: Lunch"), KEY);

        assertThat(only(withSubject(reply, " Re: [list] Lunch")).likelyCauses())
                .containsExactly(LikelyCause.SUBJECT_TAG_ADDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {" [list] Dinner", " Lunch [list]", " [list Lunch", " [", " ]["})
    void findsNothingInAnotherSubject(String subject) {
        assertThat(only(withSubject(SIGNED, subject)).likelyCauses()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Original-From", "Original-From", "Reply-To"})
    void findsAnAuthorThatWasReplaced(String kept) {
        TestMessage rewritten = replace(SIGNED, HeaderField.of("From", " Alice via List <list@example.net>"))
                .withFieldOnTop(HeaderField.of(kept, " Alice <alice@example.org>"));

        assertThat(only(rewritten).likelyCauses()).containsExactly(LikelyCause.FROM_REWRITTEN);
    }

    @Test
    void findsAllChangesOfAMailingList() {
        TestMessage list = replace(
                        withSubject(SIGNED, " [list] Lunch"),
                        HeaderField.of("From", " Alice via List <list@example.net>"))
                .withFieldOnTop(HeaderField.of("Reply-To", " Alice <alice@example.org>"))
                .withBody("At noon?\r\n\r\n_____\r\nList, https://example.net/\r\n");
        SignatureFailure failure = only(list);

        assertThat(failure.problem()).isEqualTo(SignatureProblem.BODY_HASH_MISMATCH);
        assertThat(failure.likelyCauses())
                .containsExactly(
                        LikelyCause.SUBJECT_TAG_ADDED, LikelyCause.FROM_REWRITTEN, LikelyCause.FOOTER_APPENDED);
    }

    @Test
    void findsALeadingSpaceThatWasLost() {
        assertThat(only(withSubject(SIGNED_SIMPLE, "Lunch")).likelyCauses())
                .containsExactly(LikelyCause.LEADING_SPACE_LOST);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {"\"\r\n Lunch\"", "\"\r\n\tLunch\"", "\" Lunch\r\n \""})
    void findsAFieldThatWasFoldedDifferently(String subject) {
        assertThat(only(withSubject(SIGNED_SIMPLE, subject)).likelyCauses())
                .containsExactly(LikelyCause.FIELDS_REFOLDED);
    }

    @Test
    void aDifferentWordIsNotARefoldedField() {
        assertThat(only(withSubject(SIGNED_SIMPLE, "Dinner")).likelyCauses()).isEmpty();
    }

    @Nested
    class Encodings {
        private static TestMessage encoded(String encoding, String body) {
            TestMessage message = MESSAGE.withFieldOnTop(HeaderField.of("Content-Transfer-Encoding", " " + encoding))
                    .withBody(body);
            return SignatureDraft.of(KEY)
                    .with("h", "From:Subject:Content-Transfer-Encoding")
                    .sign(message, KEY);
        }

        private static TestMessage received(TestMessage signed, String encoding, String body) {
            return replace(signed, HeaderField.of("Content-Transfer-Encoding", " " + encoding))
                    .withBody(body);
        }

        @ParameterizedTest
        @CsvSource({
            "8bit, quoted-printable",
            "8bit, BASE64",
            "7bit, quoted-printable",
            "quoted-printable, 8bit",
            "base64, 7bit"
        })
        void ofABodyThatARelayHasChangedAreFound(String before, String after) {
            SignatureFailure failure = only(received(encoded(before, "caf\u00e9\r\n"), after, "caf=E9\r\n"));

            assertThat(failure.problem()).isEqualTo(SignatureProblem.BODY_HASH_MISMATCH);
            assertThat(failure.likelyCauses()).containsExactly(LikelyCause.BODY_REENCODED);
        }

        @Test
        void areFoundTogetherWithATagInTheSubject() {
            TestMessage relayed = received(encoded("8bit", "caf\u00e9\r\n"), "quoted-printable", "caf=E9\r\n");

            assertThat(only(withSubject(relayed, " [list] Lunch")).likelyCauses())
                    .containsExactly(LikelyCause.SUBJECT_TAG_ADDED, LikelyCause.BODY_REENCODED);
        }

        @ParameterizedTest
        @ValueSource(strings = {"binary", "x-own", ""})
        void thatNoRelayMakesAreNotTried(String after) {
            assertThat(only(received(encoded("8bit", "caf\u00e9\r\n"), after, "caf=E9\r\n"))
                            .likelyCauses())
                    .isEmpty();
        }

        @Test
        void areNotReportedIfTheBodyIsUnchanged() {
            TestMessage signed = encoded("8bit", "noon\r\n");

            assertThat(only(received(signed, "quoted-printable", "noon\r\n")).likelyCauses())
                    .isEmpty();
        }
    }

    @Nested
    class Footers {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "-- \r\nBuy now\r\n",
                    "\r\n\r\n____\r\n\r\nlast\r\n",
                    "no line end",
                    "\r\n \r\n\t\r\n more \r\n"
                })
        void areFoundInBothKindsOfBody(String footer) {
            for (TestMessage signed : List.of(SIGNED, SIGNED_SIMPLE)) {
                SignatureFailure failure = only(signed.withBody("At noon?\r\n" + footer));

                assertThat(failure.problem()).isEqualTo(SignatureProblem.BODY_HASH_MISMATCH);
                assertThat(failure.likelyCauses()).containsExactly(LikelyCause.FOOTER_APPENDED);
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {10, 1_000, 5_000, 9_000, 100_000})
        void areFoundAfterABodyOfAnyLength(int lines) {
            String body = "a line of  text\t\r\n".repeat(lines);
            TestMessage signed = SignatureDraft.of(KEY).sign(MESSAGE.withBody(body), KEY);

            assertThat(only(signed.withBody(body + "-- \r\n" + "footer\r\n".repeat(40)))
                            .likelyCauses())
                    .containsExactly(LikelyCause.FOOTER_APPENDED);
        }

        @ParameterizedTest
        @ValueSource(strings = {"At one?\r\n-- \r\n", "At noon? -- \r\n", "\r\nAt noon?\r\n", "At noon!\r\n"})
        void areNotFoundInAChangedBody(String body) {
            assertThat(only(SIGNED.withBody(body)).likelyCauses()).isEmpty();
        }

        @Test
        void ofManyShortLinesAreNotFound() {
            assertThat(only(SIGNED.withBody("At noon?\r\n" + "x\r\n".repeat(65)))
                            .likelyCauses())
                    .isEmpty();
        }

        @Test
        void longerThanTheTailAreNotFound() {
            String footer = ("footer".repeat(20) + "\r\n").repeat(2 * 4096 / 122 + 1);

            assertThat(only(SIGNED.withBody("At noon?\r\n" + footer)).likelyCauses())
                    .isEmpty();
        }

        @Test
        void areNotReportedIfTheBodyHashIsNotAuthenticated() {
            TestMessage forged = withSubject(SIGNED, " Dinner").withBody("At noon?\r\nfooter\r\n");

            assertThat(only(forged).likelyCauses()).isEmpty();
        }
    }

    /** Nothing verifies, and everything is counted. */
    private static BiPredicate<byte[], byte[]> counting(AtomicInteger checks) {
        return (digest, signature) -> {
            checks.incrementAndGet();
            return false;
        };
    }

    @Test
    void theNumberOfAttemptsIsLimitedForAllSignatures() {
        AtomicInteger checks = new AtomicInteger();
        TestMessage changed = replace(
                        withSubject(SIGNED_SIMPLE, "[list]\r\n Lunch"),
                        HeaderField.of("From", "Alice via List <list@example.net>"))
                .withFieldOnTop(HeaderField.of("Reply-To", "Alice <alice@example.org>"));
        HeaderIndex index = new HeaderIndex(changed.headers());
        SignatureTags tags =
                SignatureTags.parse(changed.headers().all(DkimSignature.FIELD).get(0), List.of());
        MismatchDiagnosis diagnosis = new MismatchDiagnosis(index);

        for (int i = 0; i < 3; i++) {
            assertThat(diagnosis.causes(tags, counting(checks), true)).isEmpty();
        }
        assertThat(checks).hasValue(MismatchDiagnosis.MAX_ATTEMPTS);
    }

    @Test
    void nothingIsTriedIfNothingCanBeUndone() {
        AtomicInteger checks = new AtomicInteger();
        HeaderIndex index = new HeaderIndex(SIGNED.headers());
        SignatureTags tags =
                SignatureTags.parse(SIGNED.headers().all(DkimSignature.FIELD).get(0), List.of());

        assertThat(new MismatchDiagnosis(index).causes(tags, counting(checks), true))
                .isEmpty();
        assertThat(checks).hasValue(0);
    }
}
