package org.countersign.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.countersign.crypto.RsaEngine;
import org.countersign.dkim.DkimArbitraries;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.testing.TestKeys;

/** Parsing keys and key records from any octets. */
class KeyParsingProperties {
    @Provide
    Arbitrary<byte[]> tagLists() {
        return DkimArbitraries.tagLists();
    }

    @Property(tries = 500)
    void parsingAnyTextAsAKeyRecordNeverThrows(@ForAll("tagLists") byte[] text) {
        assertThat(PublicKeyRecord.parse(Octets.copyOf(text))).isNotNull();
    }

    @Property(tries = 500)
    void anyOctetsAreNoKey(@ForAll byte[] octets) {
        assertThat(PublicKeyParser.rsa(Octets.copyOf(octets), RsaEngine.jca())).isInstanceOf(Parsed.Malformed.class);
        assertThat(SigningKey.parse(Octets.copyOf(octets))).isNotNull();
    }

    @Property(tries = 200)
    void aDamagedPrivateKeyIsRefusedOrSignsWithItsPublicKey(
            @ForAll @IntRange(max = 10_000) int where, @ForAll byte octet, @ForAll boolean cut) {
        byte[] der = Base64.getMimeDecoder()
                .decode(TestKeys.RFC_8463_RSA_PEM
                        .replaceAll("-----[A-Z ]+-----", "")
                        .strip());
        der[where % der.length] = octet;
        int length = cut ? where % der.length : der.length;
        String pem = "-----BEGIN RSA PRIVATE KEY-----\n"
                + Base64.getEncoder().encodeToString(Arrays.copyOf(der, length))
                + "\n-----END RSA PRIVATE KEY-----";

        if (SigningKey.parse(Octets.latin1(pem)) instanceof Parsed.Value<SigningKey, String>(SigningKey key)) {
            byte[] digest = new byte[32];
            assertThat(key.publicKey().verifies(digest, key.sign(digest))).isTrue();
        }
    }

    @Property(tries = 200)
    void aDamagedPublicKeyNeverThrowsAndVerifiesNothing(@ForAll @IntRange(max = 10_000) int where, @ForAll byte octet) {
        String record = TestKeys.RFC_8463_RSA.publicKeyRecord();
        byte[] der = Base64.getDecoder().decode(record.substring(record.indexOf("p=") + 2));
        der[where % der.length] = octet;

        if (PublicKeyParser.rsa(Octets.copyOf(der), RsaEngine.jca())
                instanceof Parsed.Value<VerificationKey, SignatureFailure>(VerificationKey key)) {
            assertThat(key.verifies(new byte[32], new byte[128])).isFalse();
        }
    }

    @Example
    void aModulusIsOdd() {
        BigInteger even = BigInteger.ONE.shiftLeft(2047).setBit(1);
        assertThat(PublicKeyParser.rsa(even, BigInteger.valueOf(65537), RsaEngine.jca()))
                .isInstanceOf(Parsed.Malformed.class);
        assertThat(PublicKeyParser.rsa(even.setBit(0), BigInteger.valueOf(65537), RsaEngine.jca()))
                .isInstanceOf(Parsed.Value.class);
    }
}
