package org.countersign.dkim;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.canonical.Canonicalization;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;

/** Test data for other implementations: messages that are hard to canonicalize, two keys and their records. */
final class Interop {
    static final String DOMAIN = "example.org";

    /** The records of selector {@code r}, RSA, and selector {@code e}, Ed25519. */
    static final Map<String, String> RECORDS = Map.of(
            "r._domainkey.example.org", TestKeys.RSA.publicKeyRecord(),
            "e._domainkey.example.org", TestKeys.ED25519.publicKeyRecord());

    static final TestMessage PLAIN = TestMessage.parse("From: Alice <alice@example.org>\nSubject: Lunch\n\nAt noon?\n");

    static final TestMessage ODD_SPACES = TestMessage.parse(
                    "From: a@example.org\nTo: b\nTo: c,\n\td\nSUBJECT:   odd \n  folds \n\n")
            .withBody("two  spaces\t\r\n \r\n\r\n\r\nafter empty lines \r\n\r\n\r\n");

    /** No transport delivers such a body, but the standard defines its hash. */
    static final TestMessage NO_LINE_END =
            TestMessage.parse("From: a@example.org\nSubject: no line end\n\n").withBody("last");

    static final List<TestMessage> MESSAGES = List.of(
            PLAIN,
            ODD_SPACES,
            TestMessage.parse("From: a@example.org\nSubject: empty\n\n"),
            TestMessage.parse("From: a@example.org\nSubject: blank\n\n \n\n"),
            NO_LINE_END,
            TestMessage.parse("From: a@example.org\nSubject: octets \u00e9\u00ff\n\n\u00e9\u00ff\u0001\n"));

    // The peers read the clock of the machine, and some refuse what was signed after it.
    private static final Instant SIGNED = Instant.parse("2024-01-01T00:00:00Z");

    private Interop() {}

    static StaticZone zone() {
        StaticZone.Builder zone = StaticZone.builder();
        RECORDS.forEach(zone::txt);
        return zone.build();
    }

    // Beyond what the clock of any machine shows, counted from the time of signing.
    private static final Duration VALIDITY = Duration.ofDays(36_500);

    /** The message with two signatures of Countersign, RSA above Ed25519, each with i= and x=. */
    static TestMessage sign(TestMessage message, String canonicalizations) {
        int slash = canonicalizations.indexOf('/');
        SigningDefaults profile = new SigningDefaults(
                Canonicalization.named(canonicalizations.substring(0, slash)).orElseThrow(),
                Canonicalization.named(canonicalizations.substring(slash + 1)).orElseThrow(),
                SigningDefaults.DEFAULT.oversigned(),
                List.of(),
                SigningDefaults.DEFAULT.signedWhenPresent(),
                Optional.of(VALIDITY));
        DomainName domain = DomainName.of(DOMAIN);
        DkimSigning signing = new DkimSigner(profile, InstantSource.fixed(SIGNED))
                .begin(
                        message.headers(),
                        List.of(
                                new SigningIdentity(domain, "r", TestKeys.RSA, Optional.of("alice@sub.example.org")),
                                new SigningIdentity(domain, "e", TestKeys.ED25519, Optional.of("a=3Db@example.org"))));
        signing.body(message.body().toByteArray(), 0, message.body().length());
        return message.withFieldsOnTop(signing.finish());
    }

    /** The message with a field of another implementation on top, with folds as CRLF or LF. */
    static TestMessage withField(TestMessage message, String field) {
        int colon = field.indexOf(':');
        return message.withFieldOnTop(
                HeaderField.of(Octets.latin1(field.substring(0, colon)), Octets.latin1(field.substring(colon + 1))));
    }

    /** The results of Countersign for a message that was signed just now. */
    static List<DkimResult> verify(TestMessage message) {
        return DkimRun.verify(message, zone(), DkimLimits.DEFAULT, Instant.now());
    }
}
