package org.countersign.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.countersign.arc.ArcSet;
import org.countersign.policy.Finding;
import org.countersign.policy.ResultKeyword;
import org.countersign.policy.RuleContext;

/** The messages of one Author Domain. */
public final class AuthorRow {
    private static final int MAX_NAMES = 4;
    private static final int MAX_EXAMPLES = 3;

    private final String author;
    private final List<VerdictCounts> verdicts;
    private long messages;
    private long changed;
    private long wanted;
    // Without room for an example: most Author Domains have no message to which a policy objects.
    private final List<Example> examples = new ArrayList<>(0);
    private final BoundedCounts rules = new BoundedCounts(MAX_NAMES);
    private final BoundedCounts authenticated = new BoundedCounts(MAX_NAMES);
    private final BoundedCounts lists = new BoundedCounts(MAX_NAMES);
    private final BoundedCounts sealers = new BoundedCounts(MAX_NAMES);
    private final BoundedCounts clients = new BoundedCounts(MAX_NAMES);
    private final BoundedCounts relays = new BoundedCounts(MAX_NAMES);

    AuthorRow(String author, int policies) {
        this.author = author;
        this.verdicts = Stream.generate(VerdictCounts::new).limit(policies).toList();
    }

    void add(List<Judgement> judgements, boolean probablyWanted) {
        messages++;
        wanted += probablyWanted ? 1 : 0;
        for (int i = 0; i < judgements.size(); i++) {
            verdicts.get(i).add(judgements.get(i));
        }
    }

    /** Keeps what a person needs to understand a message that is not simply accepted. */
    void explain(RuleContext facts, Example example, boolean hasChanged) {
        changed += hasChanged ? 1 : 0;
        rules.add(example.explanation());
        if (examples.size() < MAX_EXAMPLES) {
            examples.add(example);
        }
        passed(facts.spf(), "spf");
        facts.dkim().forEach(signature -> passed(signature, "dkim"));
        facts.identities().listId().ifPresent(list -> lists.add(list.toString()));
        facts.chain()
                .ifPresent(chain -> chain.sets().stream()
                        .map(ArcSet::sealer)
                        .distinct()
                        .forEach(sealer -> sealers.add(sealer.toString())));
        if (!facts.connection().hostName().isEmpty()) {
            clients.add(facts.connection().hostName());
        }
    }

    private void passed(Finding finding, String method) {
        if (finding.result() == ResultKeyword.PASS) {
            finding.domain().ifPresent(domain -> authenticated.add(method + " " + domain));
        }
    }

    /** The Author Domain; {@link AuthorTable#NO_AUTHOR} for messages without a single one. */
    public String author() {
        return author;
    }

    /** How many messages were judged. */
    public long messages() {
        return messages;
    }

    /** How many have another verdict by the second policy. */
    public long changed() {
        return changed;
    }

    /** How many are probably wanted. */
    public long wanted() {
        return wanted;
    }

    /** The verdicts of each policy. */
    public List<VerdictCounts> verdicts() {
        return verdicts;
    }

    /** The rules that objected or changed a verdict. */
    public BoundedCounts rules() {
        return rules;
    }

    /** The domains that authenticated such messages, with the method: {@code dkim lists.example.net}. */
    public BoundedCounts authenticated() {
        return authenticated;
    }

    /** The List-Id of such messages. A sender can choose it. */
    public BoundedCounts lists() {
        return lists;
    }

    /** The sealers of such messages whose ARC chain passes. */
    public BoundedCounts sealers() {
        return sealers;
    }

    /** The confirmed names of the clients that brought such messages. */
    public BoundedCounts clients() {
        return clients;
    }

    /** The settings that would make the verdict of such messages milder. */
    public BoundedCounts relays() {
        return relays;
    }

    /** The first such messages. */
    public List<Example> examples() {
        return List.copyOf(examples);
    }

    /** The messages to which a policy objects, or whose verdict is not certain. */
    long interest() {
        return verdicts.stream()
                .mapToLong(each -> each.objected() + each.uncertain())
                .max()
                .orElse(0);
    }
}
