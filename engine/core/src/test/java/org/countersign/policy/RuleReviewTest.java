package org.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.countersign.policy.Condition.Method;
import org.junit.jupiter.api.Test;

/** Warnings about rules of the operator. */
class RuleReviewTest {
    private static List<String> remarks(Outcome outcome, Method method, ResultKeyword... results) {
        Rule rule = Cases.rule("r", outcome, new Condition.OfResult(method, Set.of(results)));
        return RuleReview.of(List.of(rule), List.of("mx.yaml:1")).stream()
                .map(RuleReview.Remark::message)
                .toList();
    }

    @Test
    void acceptingAFailOfDmarcIsWorseThanAcceptingATemporaryError() {
        assertThat(remarks(new Outcome.Accept(), Method.DMARC, ResultKeyword.TEMPERROR))
                .singleElement()
                .asString()
                .startsWith("accepts mail when DMARC cannot be evaluated");
        assertThat(remarks(new Outcome.Accept(), Method.DMARC, ResultKeyword.TEMPERROR, ResultKeyword.FAIL))
                .singleElement()
                .asString()
                .startsWith("accepts mail by conditions that any sender can meet");
    }

    @Test
    void refusingForAResultOfSpfThatOnlyMistakesGiveIsNoMistake() {
        assertThat(remarks(new Outcome.Discard(), Method.SPF, ResultKeyword.FAIL, ResultKeyword.PERMERROR))
                .singleElement()
                .asString()
                .startsWith("refuses mail because of SPF");
        assertThat(remarks(new Outcome.Discard(), Method.SPF, ResultKeyword.PERMERROR))
                .isEmpty();
    }
}
