package org.countersign.james.mailet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.james.core.MailAddress;
import org.countersign.MessageOutcome;
import org.countersign.policy.Decision;

/**
 * The recipients of one message that get the same decision. The SMTP server has one reply for all recipients of a
 * message; in the spool each subset can be treated differently.
 */
record RecipientSubset(MessageOutcome.Judged outcome, List<MailAddress> recipients) {
    RecipientSubset {
        recipients = List.copyOf(recipients);
    }

    /**
     * Groups recipients by decision. There are at most as many subsets as the policy has rules, because no decision
     * names a recipient.
     *
     * @param decide returns the outcome for one recipient
     * @return at least one subset; the first one contains the first recipient
     */
    static List<RecipientSubset> of(List<MailAddress> recipients, Function<String, MessageOutcome.Judged> decide) {
        Map<Decision, MessageOutcome.Judged> outcomes = new LinkedHashMap<>();
        Map<Decision, List<MailAddress>> byDecision = new LinkedHashMap<>();
        for (MailAddress recipient : recipients) {
            MessageOutcome.Judged outcome = decide.apply(recipient.asString());
            outcomes.putIfAbsent(outcome.decision(), outcome);
            byDecision
                    .computeIfAbsent(outcome.decision(), unused -> new ArrayList<>())
                    .add(recipient);
        }
        return outcomes.entrySet().stream()
                .map(entry -> new RecipientSubset(entry.getValue(), byDecision.getOrDefault(entry.getKey(), List.of())))
                .toList();
    }
}
