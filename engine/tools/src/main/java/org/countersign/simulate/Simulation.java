package org.countersign.simulate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.countersign.archive.StoredMessage;
import org.countersign.domain.DomainName;
import org.countersign.policy.RuleContext;
import org.countersign.simulate.MessageCounts.Kind;

/**
 * The sums of a simulation. Their size does not depend on the number of messages. Another thread may
 * read them meanwhile if it synchronizes on this object.
 */
public final class Simulation {
    private final List<PolicySums> policies;
    private final MessageCounts counts = new MessageCounts();
    private final AuthorTable authors;
    private final Map<Change, ExampleGroup> changes = new TreeMap<>();
    private long unchanged;
    private long otherRule;
    private long incomparable;
    private long withoutDate;

    /**
     * @param policies one or two
     */
    Simulation(List<SimulatedPolicy> policies) {
        this.policies = policies.stream().map(PolicySums::new).toList();
        this.authors = new AuthorTable(policies.size());
    }

    /** Counts a message that is not judged. */
    synchronized void skip(Kind kind) {
        counts.add(kind);
    }

    /** Counts a message whose date is not known, although only messages since a time are wanted. */
    synchronized void withoutDate() {
        withoutDate++;
    }

    /** Decides about a message. */
    synchronized void judge(StoredMessage message, Evidence evidence) {
        counts.add(evidence.source() == ResultsSource.RECORDED ? Kind.RECORDED : Kind.AGAIN);
        evidence.doubts().forEach(counts::add);
        RuleContext facts = evidence.facts();
        String author = facts.authorDomain().map(DomainName::toString).orElse(AuthorTable.NO_AUTHOR);
        boolean wanted = StoredFolder.isWanted(message);
        List<Judgement> judgements = policies.stream()
                .map(policy -> Judgement.of(evidence, policy.policy().rules()))
                .toList();
        AuthorRow row = authors.row(author);
        row.add(judgements, wanted);
        for (int i = 0; i < judgements.size(); i++) {
            Judgement judgement = judgements.get(i);
            String why = judgement.isCertain() ? judgement.rule().name() : judgement.explain();
            PolicySums sums = policies.get(i);
            sums.add(judgement, example(message, author, evidence, why));
            if (judgement.isCertain() && VerdictCounts.isObjection(judgement.action())) {
                sums.relays().objected(facts, judgement.action(), author, evidence.sentByAuthor(), row.relays());
            }
            if (StoredFolder.isAnswered(message)) {
                sums.relays().answered(facts);
            }
        }
        Optional<Example> change = compare(judgements, message, author, evidence);
        boolean plain =
                judgements.stream().allMatch(each -> each.isCertain() && !VerdictCounts.isObjection(each.action()));
        if (change.isPresent() || !plain) {
            Judgement last = judgements.getLast();
            row.explain(
                    facts,
                    change.orElseGet(() -> example(
                            message,
                            author,
                            evidence,
                            last.isCertain() ? last.rule().name() : last.explain())),
                    change.isPresent());
        }
    }

    private static Example example(StoredMessage message, String author, Evidence evidence, String explanation) {
        return new Example(
                message.name(),
                author,
                evidence.source(),
                StoredFolder.isWanted(message),
                explanation,
                evidence.doubts().stream().sorted().toList());
    }

    /** The message as an example of a changed verdict, if it has changed. */
    private Optional<Example> compare(
            List<Judgement> judgements, StoredMessage message, String author, Evidence evidence) {
        if (judgements.size() < 2) {
            return Optional.empty();
        }
        Judgement before = judgements.getFirst();
        Judgement after = judgements.getLast();
        if (before.rules().equals(after.rules())) {
            unchanged++;
            return Optional.empty();
        }
        if (!before.isCertain() || !after.isCertain()) {
            incomparable++;
            return Optional.empty();
        }
        String rules = before.rule().name() + " -> " + after.rule().name();
        if (before.action() == after.action()) {
            unchanged++;
            otherRule += before.rule().name().equals(after.rule().name()) ? 0 : 1;
            return Optional.empty();
        }
        Example example = example(message, author, evidence, rules);
        changes.computeIfAbsent(new Change(before.action(), after.action()), change -> new ExampleGroup())
                .add(example);
        return Optional.of(example);
    }

    public MessageCounts counts() {
        return counts;
    }

    /** The policies: one, or the second one to compare it with. */
    public List<PolicySums> policies() {
        return new ArrayList<>(policies);
    }

    public AuthorTable authors() {
        return authors;
    }

    /** The messages whose verdict differs between the two policies. */
    public Map<Change, ExampleGroup> changes() {
        return Collections.unmodifiableMap(changes);
    }

    /** The messages with the same verdict by both policies, or whose rules are the same. */
    public long unchanged() {
        return unchanged;
    }

    /** How many of them have the same verdict by another rule. */
    public long otherRule() {
        return otherRule;
    }

    /** The messages whose verdicts cannot be compared, because one of them depends on facts that are not known. */
    public long incomparable() {
        return incomparable;
    }

    /** The judged messages without a date, if only messages since a time are wanted. */
    public long judgedWithoutDate() {
        return withoutDate;
    }
}
