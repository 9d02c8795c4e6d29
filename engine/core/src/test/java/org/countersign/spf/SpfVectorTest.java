package org.countersign.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.countersign.domain.DomainName;
import org.countersign.vectors.VectorFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The project's cases for each paragraph of RFC 7208: the files in {@code vectors/spf} of the module test-vectors. */
class SpfVectorTest {
    private static final int AT_LEAST = 239;

    private static final SpfVerifier VERIFIER = new SpfVerifier(
            SpfLimits.DEFAULT,
            DomainName.of("receiver.example"),
            InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000)));

    static List<SpfVector> vectors() {
        return VectorFile.loadFolder("spf", AT_LEAST, SpfVector::read);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void givesWhatTheVectorExpects(SpfVector vector) {
        CountingLookups dns = new CountingLookups(vector.zone());
        SpfResult result = VERIFIER.verify(vector.request(), dns);
        vector.expect()
                .forEach((key, value) -> assertThat(SpfVector.actual(key, result, dns))
                        .as("%s: %s", key, result.explain())
                        .isEqualTo(value));
        assertThat(result.explain()).isNotBlank().matches("[ -~]*");
    }
}
