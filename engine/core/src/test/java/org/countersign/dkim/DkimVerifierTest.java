package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.dkim.DkimRun.NOW;
import static org.countersign.dkim.SignedMessage.KEY;
import static org.countersign.dkim.SignedMessage.MESSAGE;
import static org.countersign.dkim.SignedMessage.RECORD;
import static org.countersign.dkim.SignedMessage.ZONE;
import static org.countersign.dkim.SignedMessage.draft;
import static org.countersign.dkim.SignedMessage.only;
import static org.countersign.dkim.SignedMessage.problem;
import static org.countersign.dkim.SignedMessage.result;
import static org.countersign.dkim.SignedMessage.zone;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.countersign.dns.StaticZone;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SignatureProblem;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.SignatureDraft;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tags of a signature, and whether it verifies. */
class DkimVerifierTest {
    @Nested
    @DisplayName("RFC 6376 §6.1.1 signature fields")
    class Fields {
        @Test
        void aMessageWithoutSignatureHasNoResult() {
            assertThat(DkimRun.verify(MESSAGE, ZONE)).isEmpty();
        }

        @Test
        void aPassHasTheTagsTheKeyAndTheBodyHash() {
            DkimResult result =
                    result(draft().with("i", "al=69ce@Mail.Example.org").with("t", "1700000000"));

            assertThat(result).isInstanceOf(DkimResult.Pass.class);
            assertThat(result.keyword()).isEqualTo("pass");
            assertThat(result.explain()).isEqualTo("The signature of example.org (selector s1) verifies.");
            DkimSignature signature = result.signature();
            assertThat(signature.sdid().orElseThrow()).hasToString("example.org");
            assertThat(signature.auid()).contains("alice@mail.example.org");
            assertThat(signature.selector()).isEqualTo("s1");
            assertThat(signature.algorithm()).contains(SignatureAlgorithm.ED25519_SHA256);
            assertThat(signature.keyBits()).hasValue(256);
            assertThat(signature.signedAt()).contains(Instant.ofEpochSecond(1_700_000_000));
            assertThat(signature.headerNames()).containsExactly("from", "subject");
            assertThat(signature.bodyLength()).isEmpty();
            assertThat(signature.coversWholeBody()).isTrue();
            assertThat(signature.unsignedFromFields()).isZero();
        }

        @ParameterizedTest
        @ValueSource(strings = {"v", "a", "d", "h", "s"})
        void refusesASignatureWithoutARequiredTag(String tag) {
            DkimResult result = result(draft().without(tag));

            assertThat(result).isInstanceOf(DkimResult.PermError.class);
            assertThat(problem(result)).isEqualTo(SignatureProblem.MISSING_TAG);
            assertThat(result.failure().orElseThrow().detail()).isEqualTo(tag + "=");
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
            h  | From:Sub ject        | BAD_HEADER_NAME
            h  | Fr om:Subject        | BAD_HEADER_NAME
            h  | From:\u00fc:Subject   | BAD_HEADER_NAME
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
        void refusesABadTag(String tag, String value, SignatureProblem expected) {
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
            h | from : Sub,ject()
            i | @example.org
            i | a.b=40c@sub.example.org
            i | a=6ab =c3=bc @example.org
            i | \u00fc@example.org
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

        @ParameterizedTest
        @ValueSource(strings = {"\u0001", "\u001b", "\u007f"})
        void aControlCharacterInTheIdentifierMustBeEncoded(String control) {
            String hex = "=%02X".formatted((int) control.charAt(0));

            assertThat(problem(result(draft().with("i", "a" + control + "b@example.org"))))
                    .isEqualTo(SignatureProblem.BAD_AUID);
            assertThat(result(draft().with("i", "a" + hex + "b@example.org"))).isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void theFirstFailureIsReportedWithTheOtherTags() {
            DkimResult result = result(draft().with("a", "none").with("h", "To"));

            assertThat(problem(result)).isEqualTo(SignatureProblem.UNKNOWN_ALGORITHM);
            assertThat(result.signature().sdid().orElseThrow()).hasToString("example.org");
            assertThat(result.signature().key()).isEmpty();
        }

        @Test
        void textFromTheSenderIsEscapedForPeople() {
            DkimResult result = result(draft().with("a", "\u001b[2Jx"));

            assertThat(result.explain()).contains("\\x1b[2Jx").doesNotContain("\u001b");
        }

        @Test
        void aULabelDomainIsLookedUpInALabels() {
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
        void toleratesAClockDriftOfFiveMinutes() {
            assertThat(result(draft().with("x", Long.toString(now - 299)))).isInstanceOf(DkimResult.Pass.class);
            assertThat(result(draft().with("t", Long.toString(now + 299)))).isInstanceOf(DkimResult.Pass.class);
        }

        @Test
        void refusesAnExpiredSignature() {
            assertThat(problem(result(draft().with("x", Long.toString(now - 301)))))
                    .isEqualTo(SignatureProblem.EXPIRED);
        }

        @Test
        void refusesASignatureFromTheFuture() {
            assertThat(problem(result(draft().with("t", Long.toString(now + 301)))))
                    .isEqualTo(SignatureProblem.SIGNED_IN_FUTURE);
            assertThat(problem(result(draft().with("t", "9".repeat(80))))).isEqualTo(SignatureProblem.SIGNED_IN_FUTURE);
        }

        @Test
        void refusesASignatureThatExpiresBeforeItWasMade() {
            SignatureDraft draft = draft().with("t", Long.toString(now)).with("x", Long.toString(now));

            assertThat(problem(result(draft))).isEqualTo(SignatureProblem.EXPIRES_BEFORE_SIGNED);
        }

        @Test
        void theClockDriftIsConfigurable() {
            DkimLimits exact = new DkimLimits(8, Duration.ZERO, 1024);
            TestMessage message = draft().with("t", Long.toString(now + 1)).sign(MESSAGE, KEY);

            assertThat(problem(DkimRun.verify(message, ZONE, exact, NOW).get(0)))
                    .isEqualTo(SignatureProblem.SIGNED_IN_FUTURE);
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

            assertThat(problem(body)).isEqualTo(SignatureProblem.BODY_HASH_MISMATCH);
            assertThat(body.explain()).contains("the header fields are intact");
            assertThat(problem(header)).isEqualTo(SignatureProblem.SIGNATURE_MISMATCH);
            assertThat(problem(both)).isEqualTo(SignatureProblem.BODY_HASH_MISMATCH);
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
        void theResultSaysWhetherTheWholeBodyIsCovered() {
            TestMessage limited = draft().with("l", "10").sign(MESSAGE, KEY);

            DkimResult whole = only(limited, ZONE);
            DkimResult more = only(limited.withBody("At noon?\r\nBuy this!\r\n"), ZONE);

            assertThat(whole.signature().bodyLength()).isPresent();
            assertThat(whole.signature().coversWholeBody()).isTrue();
            assertThat(more).isInstanceOf(DkimResult.Pass.class);
            assertThat(more.signature().bodyLength()).isPresent();
            assertThat(more.signature().coversWholeBody()).isFalse();
            assertThat(more.explain()).contains("leaves out a part of the body");
        }

        @Test
        void unsignedFromFieldsAreCounted() {
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
                    .isEqualTo(SignatureProblem.SIGNATURE_MISMATCH);
        }

        @Test
        void aSignatureMayCoverEarlierSignaturesButNeverItself() {
            TestMessage twice = draft().with("h", "from:dkim-signature").sign(signed, KEY);

            assertThat(DkimRun.verify(twice, ZONE)).allMatch(result -> result instanceof DkimResult.Pass);
        }

        @Test
        void equalSignaturesAreTwoResults() {
            HeaderField signature = signed.headers().fields().get(0);

            List<DkimResult> results = DkimRun.verify(signed.withFieldOnTop(signature), ZONE);

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
        void aControlCharacterIsNotWhiteSpace() {
            TestMessage changed = signed.withFieldAt(3, HeaderField.of("Subject", " Lunch\u000b"));

            assertThat(problem(only(changed, ZONE))).isEqualTo(SignatureProblem.SIGNATURE_MISMATCH);
        }

        @Test
        void theSignatureMayBeFoldedAnywhereAndBeAnyTag() {
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
}
