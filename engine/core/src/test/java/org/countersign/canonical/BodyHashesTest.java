package org.countersign.canonical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import org.countersign.crypto.Sha256;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;

class BodyHashesTest {
    private static final BodyHashes.Request SIMPLE =
            new BodyHashes.Request(Canonicalization.SIMPLE, OptionalLong.empty());
    private static final BodyHashes.Request RELAXED =
            new BodyHashes.Request(Canonicalization.RELAXED, OptionalLong.empty());

    private static String base64(BodyHash hash) {
        return Base64.getEncoder().encodeToString(hash.digest().toByteArray());
    }

    @Test
    void anEmptyBodyHasTheHashesOfTheRfc() {
        BodyHashes hashes = new BodyHashes();
        hashes.request(SIMPLE);
        hashes.request(RELAXED);

        // RFC 6376 §3.4.3, §3.4.4
        assertThat(base64(hashes.hash(SIMPLE))).isEqualTo("frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
        assertThat(base64(hashes.hash(RELAXED))).isEqualTo("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assertThat(hashes.hash(SIMPLE).bodyLength()).isEqualTo(2);
        assertThat(hashes.hash(RELAXED).bodyLength()).isZero();
    }

    @Test
    void limitsCountCanonicalOctetsHoweverTheBodyIsCut() {
        BodyHashes.Request four = new BodyHashes.Request(Canonicalization.RELAXED, OptionalLong.of(4));
        byte[] body = "a   b\r\nc\r\n".getBytes(StandardCharsets.US_ASCII);
        BodyHashes whole = new BodyHashes();
        BodyHashes pieces = new BodyHashes();
        whole.request(four);
        pieces.request(four);
        pieces.request(RELAXED);
        whole.body(body, 0, body.length);
        for (int i = 0; i < body.length; i++) {
            pieces.body(body, i, 1);
        }

        assertThat(whole.hash(four)).isEqualTo(pieces.hash(four));
        assertThat(whole.hash(four).hashedLength()).isEqualTo(4);
        assertThat(whole.hash(four).bodyLength()).isEqualTo(8);
        assertThat(whole.hash(four).coversWholeBody()).isFalse();
        assertThat(pieces.hash(RELAXED).coversWholeBody()).isTrue();
        assertThat(pieces.hash(RELAXED).digest()).isNotEqualTo(whole.hash(four).digest());
    }

    @Test
    void aLargeBodyHasTheHashOfItsCanonicalFormHoweverItIsCut() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int line = 0; text.length() < 300_000; line++) {
            text.append("line  ").append(line).append(line % 7 == 0 ? " \t\r\n\r\n" : "\r\n");
        }
        byte[] body = text.append("\r\n\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        for (Canonicalization kind : Canonicalization.values()) {
            BodyHashes.Request request = new BodyHashes.Request(kind, OptionalLong.empty());
            byte[] canonical = BodyCanonicalizerTest.canonicalize(kind, body, List.of());
            byte[] expected = MessageDigest.getInstance("SHA-256").digest(canonical);
            for (int piece : new int[] {body.length, 65_535, 9_000, 8_192, 1_000}) {
                BodyHashes hashes = new BodyHashes();
                hashes.request(request);
                for (int from = 0; from < body.length; from += piece) {
                    hashes.body(body, from, Math.min(piece, body.length - from));
                }

                assertThat(hashes.hash(request).digest().toByteArray()).isEqualTo(expected);
                assertThat(hashes.hash(request).bodyLength()).isEqualTo(canonical.length);
            }
        }
    }

    @Test
    void aHashMayBeRequestedAgainAtAnyTime() {
        BodyHashes hashes = new BodyHashes();
        hashes.request(SIMPLE);
        hashes.body(new byte[1], 0, 1);
        hashes.request(SIMPLE);
        BodyHash hash = hashes.hash(SIMPLE);
        hashes.request(SIMPLE);

        assertThat(hashes.hash(SIMPLE)).isEqualTo(hash);
        assertThatThrownBy(() -> hashes.request(RELAXED)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFooterIsDetectedOnlyIfThatWasRequested() {
        byte[] body = "Lunch?\r\n--\r\nfooter\r\n".getBytes(StandardCharsets.US_ASCII);
        Octets before = Octets.wrap(Sha256.newDigest().digest("Lunch?\r\n".getBytes(StandardCharsets.US_ASCII)));
        BodyHashes hashes = new BodyHashes();
        hashes.request(SIMPLE);
        hashes.requestWithFooterDetection(RELAXED);
        hashes.body(body, 0, body.length);

        assertThat(hashes.hash(SIMPLE).digest()).isEqualTo(hashes.hash(RELAXED).digest());
        assertThat(hashes.matchesPrefixBeforeFooter(RELAXED, before)).isTrue();
        assertThat(hashes.matchesPrefixBeforeFooter(SIMPLE, before)).isFalse();
        assertThatThrownBy(() -> hashes.requestWithFooterDetection(SIMPLE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void requestsComeBeforeTheBody() {
        BodyHashes hashes = new BodyHashes();
        hashes.body(new byte[1], 0, 1);

        assertThatThrownBy(() -> hashes.request(SIMPLE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> hashes.hash(SIMPLE)).isInstanceOf(IllegalArgumentException.class);
    }
}
