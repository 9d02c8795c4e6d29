package org.countersign.james;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.james.core.MailAddress;
import org.countersign.AuthenticationOutcome;
import org.countersign.policy.Decision;

/**
 * Recipients of one message for whom the policy decides the same. The SMTP server has one answer for all recipients of
 * a message; in the spool a rule for some of them need not speak for the others.
 */
record RecipientSubset(AuthenticationOutcome outcome, List<MailAddress> recipients) {
    RecipientSubset {
        recipients = List.copyOf(recipients);
    }

    /**
     * Shares recipients out. There are at most as many shares as the policy has rules, since nothing in a decision
     * names a recipient.
     *
     * @param decide the outcome for one recipient alone
     * @return at least one share, that of the first recipient first
     */
    static List<RecipientSubset> of(List<MailAddress> recipients, Function<String, AuthenticationOutcome> decide) {
        Map<Decision, AuthenticationOutcome> outcomes = new LinkedHashMap<>();
        Map<Decision, List<MailAddress>> takers = new LinkedHashMap<>();
        for (MailAddress recipient : recipients) {
            AuthenticationOutcome outcome = decide.apply(recipient.asString());
            outcomes.putIfAbsent(outcome.decision(), outcome);
            takers.computeIfAbsent(outcome.decision(), none -> new ArrayList<>())
                    .add(recipient);
        }
        return outcomes.entrySet().stream()
                .map(share -> new RecipientSubset(share.getValue(), takers.getOrDefault(share.getKey(), List.of())))
                .toList();
    }
}
