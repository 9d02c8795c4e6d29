package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.countersign.vectors.VectorFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases for each paragraph of the standard: the files in {@code vectors/dkim} of the module test-vectors. */
class DkimVectorTest {
    private static final int AT_LEAST = 301;

    static List<DkimVector> vectors() {
        return VectorFile.loadFolder("dkim", AT_LEAST, DkimVector::read);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void givesWhatTheVectorExpects(DkimVector vector) {
        List<DkimResult> results = DkimRun.verify(vector.message(), vector.zone());

        assertThat(results).hasSameSizeAs(vector.expect());
        for (int i = 0; i < results.size(); i++) {
            DkimResult result = results.get(i);
            vector.expect()
                    .get(i)
                    .forEach((key, value) -> assertThat(DkimVector.actual(key, result))
                            .as("%s: %s", key, result.explain())
                            .isEqualTo(value));
            assertThat(result.explain()).isNotBlank().matches("[ -~]*");
        }
    }
}
