package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.problems;
import static org.countersign.config.PolicyTexts.valid;
import static org.countersign.config.PolicyTexts.warnings;

import java.util.List;
import org.countersign.policy.PolicyExample;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyConfigurationTest {
    private static String rule(String rest) {
        return "rules:\n  - name: r\n    " + rest.replace("|", "\n    ") + "\n";
    }

    @Nested
    class Errors {
        @ParameterizedTest
        @CsvSource(
                delimiter = '~',
                value = {
                    "when: {}|then: rejct ~ 4: rules[0].then: expected accept or tag or quarantine or discard or reject"
                            + " or tempfail, found \"rejct\"; did you mean reject?",
                    "when: {autor: a.example}|then: accept ~ 3: rules[0].when.autor: unknown key; did you mean author?",
                    "when: {spf: policy}|then: tag ~ 3: rules[0].when.spf: expected none or pass or fail or softfail or"
                            + " neutral or temperror or permerror, found \"policy\"",
                    "when: {client: mail.example}|then: tag ~ 3: rules[0].when.client: expected an IP address or network"
                            + " such as 192.0.2.0/24 or 2001:db8::/32, found \"mail.example\"",
                    "then: tag ~ 2: rules[0]: lacks the key when; add when; when: {} matches every message",
                    "when: {author: []}|then: tag ~ 3: rules[0].when.author: is empty; write an address, a domain, the"
                            + " domains below one or all, such as a@example.org, example.org, \"*.example.org\" or \"*\","
                            + " or remove it for the default",
                    "when: {}|then: accept|reply: {text: x} ~ 5: rules[0].reply: is allowed only with then:"
                            + " reject or then: tempfail; remove it or correct then",
                    "when: {}|then: reject|reply: {code: 450} ~ 5: rules[0].reply.code: does not match"
                            + " then; use 550 or another of 5xx",
                    "when: {}|then: tempfail|reply: {code: 421, enhanced-code: 4.7.0} ~ 5: rules[0].reply.enhanced-code:"
                            + " is not a code that refuses one message: 400 to 599, but not 421; use 451 with 4.7.0, or"
                            + " see RFC 3463 and RFC 7372",
                    "when: {}|then: reject|reply: {enhanced-code: 4.7.1} ~ 5: rules[0].reply.enhanced-code: is of another"
                            + " class than its code: 5.x.x goes with 550; use 550 with 5.7.1, or see RFC 3463 and RFC 7372",
                    "when: {}|then: reject|reply: {enhanced-code: 5.7} ~ 5: rules[0].reply.enhanced-code: is not an"
                            + " enhanced code such as 5.7.1; use 550 with 5.7.1, or see RFC 3463 and RFC 7372",
                    "when: {}|then: reject|reply: {text: 'as {author-domian}'} ~ 5: rules[0].reply.text: has the unknown"
                            + " placeholder {author-domian}; did you mean {author-domain}?",
                    "when: {}|then: reject|reply: {text: 'a } b'} ~ 5: rules[0].reply.text: has a brace without its"
                            + " partner; one that is meant is written twice",
                    "when: {}|then: reject|reply: {text: \"a\\r\\nb\"} ~ 5: rules[0].reply.text: must be one line of"
                            + " printing US-ASCII",
                    "when: {}|then: tag|add-headers: [{name: authentication-RESULTS, value: x}] ~ 5:"
                            + " rules[0].add-headers[0].name: must not be added by a rule; use another name, such as"
                            + " X-Suspicious",
                    "when: {}|then: tag|add-headers: [{name: ARC-Seal, value: x}] ~ 5: rules[0].add-headers[0].name:"
                            + " must not be added by a rule; use another name, such as X-Suspicious",
                    "when: {}|then: tag|add-headers: [{name: 'X-A:b', value: x}] ~ 5: rules[0].add-headers[0].name:"
                            + " is not the name of a header field, such as X-Suspicious; use another name, such as"
                            + " X-Suspicious",
                    "when: {}|then: tag|remove-headers: [Received] ~ 5: rules[0].remove-headers: \"Received\" must not be"
                            + " removed by a rule; remove it from the list",
                    "when: {}|then: reject|remove-headers: [X-A] ~ 2: rules[0]: changes the header of mail that is"
                            + " not delivered; remove add-headers and remove-headers",
                    "when: {indirect: true}|then: tag ~ 3: rules[0].when.indirect: never holds, because indirect-flow is empty;"
                            + " fill in the section indirect-flow",
                })
        void nameThePlaceAndWhatToDo(String rest, String problem) {
            assertThat(problems(rule(rest))).containsExactly("mx.yaml:" + problem);
        }

        @Test
        void namesAreUniqueAndNotThoseOfBuiltInRules() {
            assertThat(problems("""
                rules:
                  - { name: a, when: {}, then: tag }
                  - { name: a, when: { dmarc: pass }, then: tag }
                  - { name: dmarc-reject, when: { dmarc: fail }, then: tag }
                """))
                    .containsExactly(
                            "mx.yaml:3: rules[1].name: is the name of the rule in line 2 too; give each its own",
                            "mx.yaml:4: rules[2].name: is the name of a built-in rule; choose another");
        }

        @Test
        void nobodyTrustsEverybody() {
            assertThat(problems("indirect-flow: { trusted-sealers: [\"*\"] }"))
                    .containsExactly("mx.yaml:1: indirect-flow.trusted-sealers[0]: expected a domain or the domains"
                            + " below one, such as example.org or \"*.example.org\", found \"*\"");
        }

        @Test
        void aDomainIsTreatedInOneWay() {
            assertThat(problems("dmarc: { treat-as: { none: [\"*.example.org\"], reject: [a.example.org] } }"))
                    .containsExactly("mx.yaml:1: dmarc.treat-as.reject: a.example.org is treated as none already;"
                            + " keep it in one of the lists");
        }

        @Test
        void anExampleMustBePossible() {
            assertThat(problems("""
                examples:
                  - { name: a, author: a@example.org, dmarc: fail, expect: accept }
                  - { name: b, author: a@example.org, dmarc: pass, expect: accept }
                  - { name: c, author: a@example.org, expected: accept, expect: accept }
                """))
                    .containsExactly(
                            "mx.yaml:2: examples[0].dmarc: is fail, but applied-policy is missing; add applied-policy,"
                                    + " for example reject",
                            "mx.yaml:3: examples[1].dmarc: is pass, but neither spf nor a signature passes; set the"
                                    + " one that passes",
                            "mx.yaml:4: examples[2].expected: unknown key; did you mean expect?");
        }
    }

    @Nested
    class Warnings {
        @Test
        void areForARuleThatIsNeverReached() {
            assertThat(warnings("""
                rules:
                  - { name: first, when: { client: 192.0.2.0/24, dmarc: [fail, none] }, then: quarantine }
                  - name: second
                    when: { client: 192.0.2.7, dmarc: fail, author: example.org }
                    then: reject
                  - { name: third, when: { client: 192.0.2.7, dmarc: pass }, then: tag }
                """))
                    .containsExactly(
                            "mx.yaml:3: rules[1]: the rule second is never reached: the rule first (line 2) matches"
                                    + " all its messages; move it above that rule, or remove it");
        }

        @Test
        void areForARuleThatTakesEverything() {
            assertThat(warnings("rules: [{ name: all, when: {}, then: quarantine }]"))
                    .containsExactly(
                            "mx.yaml:1: rules[0]: the rule all matches every message: no later rule is reached,"
                                    + " including the built-in ones; add conditions under when");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '~',
                value = {
                    "author: friend.example ~ true",
                    "{mail-from: friend.example, spf: pass} ~ true",
                    "{author: friend.example, dmarc: [pass, fail]} ~ true",
                    "list-id: list.example ~ true",
                    "{author: friend.example, dmarc: pass} ~ false",
                    "{author: friend.example, dkim-domain: friend.example} ~ false",
                    "client: 192.0.2.7 ~ false",
                    "{author: friend.example, user: alice} ~ false",
                })
        void areForAnAllowListOfWhatAnybodyCanWrite(String when, boolean warned) {
            String section = when.startsWith("{") ? when : "{" + when + "}";
            assertThat(warnings("rules: [{ name: friends, when: " + section + ", then: accept }]"))
                    .hasSize(warned ? 1 : 0)
                    .allMatch(warning -> warning.contains("accepts mail by conditions that any sender can meet"));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '~',
                value = {
                    "{author: news.example.org, dkim-domain: esp.example} ~ esp.example",
                    "{author: a@news.example.org, authenticated-domain: '*.esp.example'} ~ *.esp.example",
                    "{author: example.org, dkim-domain: [example.org, esp.example]} ~ esp.example",
                    "{author: example.org, dkim-domain: esp.example, dmarc: [pass, fail]} ~ esp.example",
                    "{author: example.org, dkim-domain: esp.example, mail-from: example.org} ~ esp.example",
                    "{author: example.org, dkim-domain: '*'} ~ *",
                    "{author: news.example.org, dkim-domain: example.org} ~ ''",
                    "{author: news.example.org, dkim-domain: mail.example.org} ~ ''",
                    "{author: example.org, dkim-domain: esp.example, dmarc: pass} ~ ''",
                    "{author: example.org, dkim-domain: esp.example, client: 192.0.2.0/24} ~ ''",
                    "{author: example.org, dkim-domain: esp.example, authenticated-domain: example.org} ~ ''",
                    "{dkim-domain: esp.example} ~ ''",
                })
        void areForADomainThatMaySpeakForAuthorsOfAnother(String when, String domain) {
            assertThat(warnings("rules: [{ name: news, when: " + when + ", then: accept }]"))
                    .isEqualTo(
                            domain.isEmpty()
                                    ? List.of()
                                    : List.of("mx.yaml:1: rules[0]: the rule news accepts mail with these authors from"
                                            + " every customer of " + domain + ", even if DMARC fails; have that"
                                            + " provider sign with your own domain, or add client, user or dmarc:"
                                            + " pass"));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '~',
                value = {
                    "dmarc: temperror ~ true",
                    "{author: friend.example, dmarc: [pass, temperror]} ~ true",
                    "{dmarc: temperror, declared-policy: none} ~ true",
                    "{dmarc: temperror, applied-policy: none} ~ false",
                    "{dmarc: temperror, client: 192.0.2.7} ~ false",
                })
        void areForAcceptingWhatCannotBeEvaluated(String when, boolean warned) {
            String section = when.startsWith("{") ? when : "{" + when + "}";
            assertThat(warnings("rules: [{ name: open, when: " + section + ", then: accept }]"))
                    .hasSize(warned ? 1 : 0)
                    .allMatch(warning -> warning.contains("accepts mail when DMARC cannot be evaluated"));
        }

        @Test
        void areForARefusalForSpfAlone() {
            assertThat(warnings("rules: [{ name: hard, when: { spf: fail }, then: reject }]"))
                    .singleElement()
                    .asString()
                    .contains("the rule hard refuses mail because of SPF");
            assertThat(warnings("rules: [{ name: soft, when: { spf: fail, dmarc: none }, then: reject }]"))
                    .isEmpty();
        }
    }

    @Nested
    class Examples {
        private static final String FILE = """
            protect: [example.org]
            indirect-flow: { trusted-sealers: [list.example] }
            rules:
              - { name: boss, when: { author: boss@example.org, dmarc: none }, then: discard }
            examples:
              - name: a stranger as ours
                author: alice@example.org
                mail-from: x@attacker.example
                spf: pass
                expect: reject
                expect-rule: protect
                expect-reply: 550 5.7.26
              - { name: the boss, author: Boss <boss@example.org>, expect: discard }
              - name: through the list
                author: bob@other.example
                dkim: [{ result: fail, domain: other.example }, { result: pass, domain: list.example }]
                dmarc: fail
                applied-policy: reject
                sealers: [{ domain: list.example, saw: pass }]
                expect: quarantine
              - { name: two authors, author: "a@a.example, b@b.example", expect: reject, expect-rule: ambiguous-author }
              - name: not as expected
                author: bob@other.example
                dmarc: fail
                applied-policy: reject
                expect: accept
            """;

        @Test
        void areTriedWithoutTheDns() {
            List<PolicyExample.Trial> trials = valid(FILE).policy().tryExamples();
            assertThat(trials).hasSize(5);
            assertThat(trials.subList(0, 4)).allMatch(PolicyExample.Trial::passed);
            assertThat(trials.get(4).difference()).contains("expected accept, got reject by the rule dmarc-reject");
            assertThat(trials.get(4).example().location()).isEqualTo("mx.yaml:22: examples[4]");
        }

        @Test
        void canStateWhatIsWrongWithTheFromField() {
            String file = """
                    rules:
                      - name: two-fields-of-the-old-printer
                        when: { author-problem: [several-from-fields, no-from-field], client: 192.0.2.9 }
                        then: accept
                    examples:
                      - { name: printer, author: a@example.org, author-problem: several-from-fields,
                          client: 192.0.2.9, expect: accept, expect-rule: two-fields-of-the-old-printer }
                      - { name: none, client: 192.0.2.9, expect: accept, expect-rule: two-fields-of-the-old-printer }
                      - { name: spelled, author: "A, B <a@example.org>", expect: reject,
                          expect-rule: ambiguous-spelling }
                      - { name: said to be, author: a@example.org, author-problem: spelling, expect: reject,
                          expect-rule: ambiguous-spelling }
                      - { name: bounce, author: MAILER-DAEMON <>, expect: tag, expect-rule: bounce-without-author }
                      - { name: unclear, author-problem: unclear-domain, expect: reject,
                          expect-rule: ambiguous-author }
                    """;
            assertThat(valid(file).policy().tryExamples())
                    .allMatch(PolicyExample.Trial::passed)
                    .hasSize(6);
        }

        @Test
        void holdWhateverTheMode() {
            assertThat(valid("mode: enforce\n" + FILE).policy().tryExamples().stream()
                            .map(PolicyExample.Trial::passed))
                    .isEqualTo(valid("mode: monitor\n" + FILE).policy().tryExamples().stream()
                            .map(PolicyExample.Trial::passed)
                            .toList());
        }
    }
}
