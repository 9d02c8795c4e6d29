package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.countersign.vectors.ExpectedSignature;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IndependentVerifierIT {
    /** dkimpy assumes that every signature covers the absence of a second From field. RFC 6376 does not. */
    private static final Set<String> SEVERAL_FROM_FIELDS = Set.of("attack-added-from");

    @BeforeEach
    void needsDkimpy() throws IOException {
        IndependentVerifier.assumeInstalled();
    }

    @Test
    void agreesWithEveryCaseOfThePackWhoseKeysCanBeFetched() throws IOException {
        for (ConformanceCase each : ConformancePack.load()) {
            if (each.expect().dkim().stream()
                    .noneMatch(signature -> signature.result().equals("temperror"))) {
                List<String> results = IndependentVerifier.verify(each.octets(), texts(each), each.clock());
                if (SEVERAL_FROM_FIELDS.contains(each.id())) {
                    assertThat(results).as(each.id()).doesNotContain("pass");
                    continue;
                }
                assertThat(results)
                        .as(each.id())
                        .map(result -> result.equals("pass") ? "pass" : "fail")
                        .isEqualTo(each.expect().dkim().stream()
                                .map(ExpectedSignature::result)
                                .toList());
            }
        }
    }

    @Test
    void aMessageWithOneBadSignatureDoesNotVerify() throws IOException {
        ConformanceCase listed = named("mailing-list-footer");
        assertThat(IndependentVerifier.verify(listed.octets(), texts(listed), listed.clock()))
                .hasSize(2)
                .first()
                .isEqualTo("pass");
        assertThat(IndependentVerifier.verifies(listed.octets(), texts(listed), listed.clock()))
                .isFalse();
    }

    @Test
    void anUnsignedMessageOrAMissingKeyDoesNotVerify() throws IOException {
        ConformanceCase unsigned = named("aligned-spf-only");
        assertThat(IndependentVerifier.verifies(unsigned.octets(), texts(unsigned), unsigned.clock()))
                .isFalse();
        ConformanceCase signed = named("aligned-spf-and-dkim");
        assertThat(IndependentVerifier.verifies(signed.octets(), texts(signed), signed.clock()))
                .isTrue();
        assertThat(IndependentVerifier.verifies(signed.octets(), Map.of(), signed.clock()))
                .isFalse();
    }

    private static ConformanceCase named(String id) {
        return ConformancePack.load().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> texts(ConformanceCase each) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String name : each.zone().records().keySet()) {
            each.zone().text(name).ifPresent(text -> texts.put(name, text));
        }
        return texts;
    }
}
