package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.PrivateKey;
import java.util.List;
import org.apache.james.jdkim.DKIMSigner;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.exceptions.FailException;
import org.countersign.dns.StaticZone;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestMessage;

/** The results of jDKIM and Countersign for a message. Both find the same key record under every name. */
final class Jdkim {
    private Jdkim() {}

    static boolean weVerify(TestMessage message, String record) {
        StaticZone zone =
                StaticZone.builder().txt("s1._domainkey.example.org", record).build();
        List<DkimResult> results = DkimRun.verify(message, zone);
        return !results.isEmpty() && results.get(0) instanceof DkimResult.Pass;
    }

    static DKIMVerifier verifier(String record) {
        return new DKIMVerifier((methods, selector, token) -> List.of(record));
    }

    static boolean verifies(TestMessage message, String record) {
        try {
            return !verifier(record)
                    .verify(new ByteArrayInputStream(message.toByteArray()))
                    .isEmpty();
        } catch (FailException refused) {
            return false;
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** The message with a signature on top that jDKIM made by this template. */
    static TestMessage sign(TestMessage message, String template, PrivateKey key) throws IOException, FailException {
        String field = new DKIMSigner(template, key).sign(new ByteArrayInputStream(message.toByteArray()));
        int colon = field.indexOf(':');
        return message.withFieldOnTop(HeaderField.of(field.substring(0, colon), field.substring(colon + 1)));
    }

    static void onlyJdkimAccepts(TestMessage message, String record) {
        assertThat(verifies(message, record)).as("jDKIM").isTrue();
        assertThat(weVerify(message, record)).as("we").isFalse();
    }

    static void onlyWeAccept(TestMessage message, String record) {
        assertThat(weVerify(message, record)).as("we").isTrue();
        assertThat(verifies(message, record)).as("jDKIM").isFalse();
    }
}
