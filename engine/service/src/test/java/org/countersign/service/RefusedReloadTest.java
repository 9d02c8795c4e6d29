package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.countersign.policy.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changed files that do not replace a running policy. */
@Timeout(240)
class RefusedReloadTest extends LiveEngineFixture {
    @Test
    void aPolicyWithAFailingExampleIsRefused() throws Exception {
        try (LiveEngine engine = start()) {
            policy("""
                protect: [example.org]
                examples:
                  - { name: ours, author: a@example.org, expect: accept, expect-rule: default }
                """);
            assertThat(next(refusals))
                    .containsExactly(policy + ":3: examples[0]: the example ours: expected accept by the rule default,"
                            + " got reject by the rule protect; run countersign policy test for details");
            assertThat(engine.policy().configuration().policy().settings().protect())
                    .isEmpty();
        }
    }

    private static final String ENFORCED = "mode: enforce\nprotect: [example.org]\n" + POLICY;

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# all comments\n", "---\n", "{}\n"})
    void aFileWithoutSettingsIsRefused(String text) throws Exception {
        policy(ENFORCED);
        try (LiveEngine engine = start()) {
            policy(text);
            assertThat(next(refusals))
                    .singleElement()
                    .asString()
                    .startsWith(policy + ": has no settings, and an empty file does not replace a running policy: ");
            assertThat(engine.policy().configuration().mode()).isEqualTo(Mode.ENFORCE);
            assertThat(selectors(engine)).containsExactly("s1");
            policy("help-url: \"https://example.org/\"\n" + ENFORCED);
            assertThat(next(reloads).lostSince(engine.policy())).isEmpty();
        }
    }

    @Test
    void aFileWithoutAModeIsRefusedWhileEnforceIsInEffect() throws Exception {
        policy(ENFORCED);
        try (LiveEngine engine = start()) {
            policy("protect: [example.org]\n" + POLICY);
            assertThat(next(refusals))
                    .singleElement()
                    .asString()
                    .startsWith(policy + ": mode is missing while mode: enforce is in effect")
                    .contains("write mode: enforce, or mode: monitor");
            assertThat(engine.policy().configuration().mode()).isEqualTo(Mode.ENFORCE);
        }
    }

    @Test
    void aTableThatLosesAllLinesIsRefused() throws Exception {
        try (LiveEngine engine = start()) {
            table("# nothing left");
            assertThat(next(refusals)).singleElement().asString().contains("signing.table-file had 1 lines");
            assertThat(selectors(engine)).containsExactly("s1");
        }
    }

    @Test
    void aFileWithoutALastLineEndIsRefusedIfSomethingIsMissing() throws Exception {
        table("example.org example.org s1 a.pem\nexample.com example.com s3 b.pem");
        try (LiveEngine engine = start()) {
            replace(temp.resolve("domains.table"), "example.org example.org s1 a.pem", "rw-r--r--");
            assertThat(next(refusals))
                    .satisfiesExactly(
                            line -> assertThat(line).contains("the last line of this file or of its table file has no"),
                            line -> assertThat(line)
                                    .endsWith("missing: keys that sign or seal: s3._domainkey.example.com"));
            table("example.org example.org s1 a.pem");
            assertThat(next(reloads).keyCount()).isEqualTo(2);
            assertThat(engine.policy().keyCount()).isEqualTo(2);
        }
    }

    @Test
    void aReloadReportsWhatItRemoves() throws Exception {
        policy(ENFORCED);
        try (LiveEngine engine = start()) {
            LoadedPolicy before = engine.policy();
            policy("mode: monitor\nprotect: [example.com]\n");
            assertThat(next(reloads).lostSince(before))
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith("mode enforce: the mode is monitor now"),
                            line -> assertThat(line)
                                    .isEqualTo("keys that sign or seal: n._domainkey.example.net,"
                                            + " s1._domainkey.example.org"),
                            line -> assertThat(line).isEqualTo("domains in protect: example.org"),
                            line -> assertThat(line).isEqualTo("settings, for which the defaults apply now: signing"));
        }
    }

    @Test
    void aBrokenFileIsRefusedWithTheLineOfTheProblem() throws Exception {
        try (LiveEngine engine = start()) {
            table("example.org example.org s2 none.pem\nexample.org exa!mple.org s3 a.pem\n*.example.org");
            assertThat(next(refusals))
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith(temp.resolve("domains.table") + ":2: expected a domain"),
                            line -> assertThat(line)
                                    .startsWith(temp.resolve("domains.table") + ":3: has 1 of the four"),
                            line -> assertThat(line)
                                    .startsWith(temp.resolve("domains.table") + ":1: ")
                                    .contains("none.pem does not exist"));
            assertThat(selectors(engine)).containsExactly("s1");

            table("example.org example.org s2 a.pem");
            next(reloads);
            assertThat(selectors(engine)).containsExactly("s2");
        }
    }
}
