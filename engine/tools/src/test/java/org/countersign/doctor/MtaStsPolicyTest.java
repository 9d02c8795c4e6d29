package org.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 8461 §3.2: MTA-STS policies")
class MtaStsPolicyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "version: STSv1|mode: enforce|mx: mx.example.org|max_age: 604800|",
                "mode:testing|mx:*.example.org|mx: mx.example.net|max_age:31557600|version:STSv1",
                "version: STSv1|mode: none|max_age: 0",
                "version: STSv1|more: of it: all|mode: enforce|mx: a.example|max_age: 1|mode: nonsense|version: 2"
            })
    void aValidPolicyHasItsFieldsInAnyOrder(String lines) {
        assertThat(MtaStsPolicy.problem(lines.replace("|", "\r\n"))).isEmpty();
        assertThat(MtaStsPolicy.problem(lines.replace('|', '\n'))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', version",
        "<html>, version",
        "version: STSv2|mode: enforce|mx: a.example|max_age: 1, version",
        "Version: STSv1|mode: enforce|mx: a.example|max_age: 1, version",
        "version: STSv1|mode: Enforce|mx: a.example|max_age: 1, mode",
        "version: STSv1|mx: a.example|max_age: 1, mode",
        "version: STSv1|mode: enforce|mx: a.example, max_age",
        "version: STSv1|mode: enforce|mx: a.example|max_age: 1 day, max_age",
        "version: STSv1|mode: enforce|mx: a.example|max_age: 31557601, max_age",
        "version: STSv1|mode: enforce|mx: a.example|max_age: 99999999999999999999, max_age",
        "version: STSv1|mode: testing|max_age: 1, names no mx",
        "version: STSv1|mode: enforce|mx: a.example|mx: 'b example'|max_age: 1, mx lines",
        "version: STSv1|mode: enforce|mx: *|max_age: 1, mx lines"
    })
    void anInvalidPolicyIsIgnored(String lines, String why) {
        assertThat(MtaStsPolicy.problem(lines.replace('|', '\n'))).contains(why);
    }
}
