package org.countersign.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorFileTest {
    private static final String TWO_CASES = """
        - id: one
          rfc: [RFC 7208 §5.1]
          why: all matches
          expect: {spf: pass}
        - id: two
          rfc: [RFC 7208 §5.1]
          why: nothing matches
          expect: {spf: neutral}
        """;

    @Test
    void theReaderIsGivenEachCase() {
        assertThat(results(TWO_CASES)).containsExactly("pass", "neutral");
    }

    @Test
    void aKeyThatTheReaderDoesNotReadIsNamedWithFileAndPlace() {
        refused(
                TWO_CASES.replace("{spf: neutral}", "{spf: neutral, sfp: pass}"),
                "spf/x.yaml: [1].expect.sfp: unknown");
        refused(TWO_CASES.replace("why: all", "because: x\n  why: all"), "spf/x.yaml: [0].because: unknown key");
    }

    @Test
    void everyCaseHasAnIdOfItsOwnARuleAndAReason() {
        refused(TWO_CASES.replace("id: two", "id: one"), "[1].id: 'one' is taken by another case");
        refused(TWO_CASES.replace("id: two", "id: ''"), "[1].id: is empty");
        refused(TWO_CASES.replace("[RFC 7208 §5.1]", "[]"), "[0].rfc: must cite at least one rule");
        refused(TWO_CASES.replace("[RFC 7208 §5.1]", "7208"), "[0].rfc: must cite at least one rule");
        refused(TWO_CASES.replace("why: all matches", "why:"), "[0].why: is empty");
    }

    @Test
    void whatIsNoListOfMappingsIsRefused() {
        refused("id: one", "must be a list of cases");
        refused("- one", "[0]: must be a mapping of keys");
        refused("", "must be a list of cases");
        refused("- {id: one, id: two}", "is not one YAML document");
        refused("- ]", "is not one YAML document");
    }

    @Test
    void lostCasesAreNoticed() {
        assertThatExceptionOfType(MalformedVectorException.class)
                .isThrownBy(() -> VectorFile.counted("spf", 3, List.of("one", "two")))
                .withMessage("spf: has 2 cases where there must be at least 3");
        assertThatExceptionOfType(MalformedVectorException.class)
                .isThrownBy(() -> VectorFile.loadFolder("nowhere", 1, CaseNode::keys));
        assertThatExceptionOfType(MalformedVectorException.class)
                .isThrownBy(() -> VectorFile.load("nowhere/x.yaml", 0, CaseNode::keys))
                .withMessage("nowhere/x.yaml: no such file");
    }

    private static List<String> results(String yaml) {
        return VectorFile.read(
                "spf/x.yaml",
                VectorResources.yaml("spf/x.yaml", yaml),
                new HashSet<>(),
                node -> node.section("expect").string("spf"));
    }

    private static void refused(String yaml, String problem) {
        assertThatExceptionOfType(MalformedVectorException.class)
                .isThrownBy(() -> results(yaml))
                .withMessageContaining(problem);
    }
}
