package org.countersign.arc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.countersign.vectors.VectorFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases for each paragraph of the standard: the files in {@code vectors/arc} of the module test-vectors. */
class ArcVectorTest {
    private static final int AT_LEAST = 208;

    static List<ArcVector> vectors() {
        return VectorFile.loadFolder("arc", AT_LEAST, ArcVector::read);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void givesWhatTheVectorExpects(ArcVector vector) {
        ArcResult result = ArcRun.verify(vector.message(), vector.zone());

        assertThat(result.keyword())
                .as(result.explain())
                .isEqualTo(vector.expect().get("result"));
        vector.expect()
                .forEach((key, value) -> assertThat(ArcVector.actual(key, result))
                        .as("%s: %s", key, result.explain())
                        .isEqualTo(value));
        assertThat(result.explain()).isNotBlank().matches("[ -~]*");
    }
}
