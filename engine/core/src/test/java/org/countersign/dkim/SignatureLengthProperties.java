package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.keys.VerificationKey;
import org.countersign.signature.SignatureTags;
import org.countersign.signature.SignatureVerifier;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestMessage;

/** The failures that the length of {@code b=} decides before any key lookup. */
class SignatureLengthProperties {
    private static final StaticZone SILENT = StaticZone.builder()
            .failure("s1._domainkey.example.org", RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
            .build();

    @Property
    void anRsaSignatureOfAnImpossibleLengthIsNeverATemporaryError(@ForAll @IntRange(min = 1, max = 1100) int octets) {
        Optional<SignatureFailure> failure =
                SignatureVerifier.lengthFailure(tags("rsa-sha256", new byte[octets]), DkimLimits.DEFAULT.maxRsaBits());

        assertThat(failure.isEmpty()).isEqualTo(octets >= 128 && octets <= VerificationKey.Rsa.DEFAULT_MAX_BITS / 8);
        assertThat(failure.map(SignatureFailure::problem).filter(SignatureProblem::isTemporary))
                .isEmpty();
        assertThat(result("rsa-sha256", new byte[octets]) instanceof DkimResult.TempError)
                .isEqualTo(failure.isEmpty());
    }

    @Property
    void aKeyOfTheLongestLengthThatIsAcceptedIsNotRefusedForItsSignature(
            @ForAll @IntRange(min = 1024, max = 4096) int maxBits) {
        int octets = (maxBits + 7) / 8;

        assertThat(SignatureVerifier.lengthFailure(tags("rsa-sha256", new byte[octets]), maxBits))
                .isEmpty();
        assertThat(SignatureVerifier.lengthFailure(tags("rsa-sha256", new byte[octets + 1]), maxBits))
                .isPresent();
    }

    @Property
    void anEd25519SignatureHas64Octets(@ForAll @Size(min = 1, max = 200) byte[] signature) {
        DkimResult result = result("ed25519-sha256", signature);

        assertThat(result instanceof DkimResult.TempError).isEqualTo(signature.length == 64);
    }

    private static SignatureTags tags(String algorithm, byte[] signature) {
        return SignatureTags.parse(field(algorithm, signature), List.of());
    }

    private static HeaderField field(String algorithm, byte[] signature) {
        return HeaderField.of(
                DkimSignature.FIELD,
                " v=1; a=" + algorithm + "; d=example.org; s=s1; h=from; bh="
                        + "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; c=relaxed/relaxed; b="
                        + Base64.getEncoder().encodeToString(signature));
    }

    /** The result for a message with an empty body, which the signature covers. */
    private static DkimResult result(String algorithm, byte[] signature) {
        TestMessage message = SignedMessage.MESSAGE.withBody("").withFieldOnTop(field(algorithm, signature));
        return SignedMessage.only(message, SILENT);
    }
}
