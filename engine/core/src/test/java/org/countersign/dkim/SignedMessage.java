package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.countersign.dns.DnsClient;
import org.countersign.dns.StaticZone;
import org.countersign.keys.SignatureProblem;
import org.countersign.keys.SigningKey;
import org.countersign.testing.SignatureDraft;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;

/** A short message, the key that signs it, the DNS zone with its key record, and signatures of it. */
public final class SignedMessage {
    static final SigningKey KEY = TestKeys.ED25519;
    static final String RECORD = KEY.publicKeyRecord();
    static final StaticZone ZONE = zone(RECORD);
    static final TestMessage MESSAGE = TestMessage.parse("""
        From: Alice <alice@example.org>
        To: Bob <bob@example.net>
        Subject: Lunch

        At noon?
        """);

    static StaticZone zone(String record) {
        return StaticZone.builder().txt("s1._domainkey.example.org", record).build();
    }

    static SignatureDraft draft() {
        return SignatureDraft.of(KEY);
    }

    static DkimResult only(TestMessage message, DnsClient dns) {
        List<DkimResult> results = DkimRun.verify(message, dns);
        assertThat(results).hasSize(1);
        return results.get(0);
    }

    static DkimResult result(SignatureDraft draft) {
        return only(draft.sign(MESSAGE, KEY), ZONE);
    }

    static SignatureProblem problem(DkimResult result) {
        assertThat(result.explain()).startsWith("The signature of ").endsWith(".");
        return result.failure().orElseThrow(() -> new AssertionError(result)).problem();
    }

    private SignedMessage() {}
}
