package org.countersign.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.countersign.keys.SignatureAlgorithm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTemplateTest {
    @ParameterizedTest
    @CsvSource({
        "{a}{yyyy}{mm},      r202603",
        "k{yyyy}-{mm}-{dd},  k2026-03-09",
        "s{n},               s3",
        "taken,              taken-2",
    })
    void makesTheFirstFreeSelector(String template, String selector) {
        assertThat(new SelectorTemplate(template)
                        .next(
                                SignatureAlgorithm.RSA_SHA256,
                                LocalDate.of(2026, 3, 9),
                                each -> !List.of("s1", "s2", "taken").contains(each)))
                .contains(selector);
    }

    @ParameterizedTest
    @CsvSource({"{x}", "a b", "-a"})
    void makesNoSelectorThatRfc6376DoesNotAllow(String template) {
        assertThat(new SelectorTemplate(template)
                        .next(SignatureAlgorithm.ED25519_SHA256, LocalDate.of(2026, 3, 9), each -> true))
                .isEmpty();
    }
}
