package org.countersign.dns.replay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;
import org.countersign.domain.DomainName;

/**
 * Finds the answer to a query among the entries of a snapshot. What was found for a name and a type counts first, then
 * the alias of the name, then that the name does not exist. Of several entries that contradict each other the first one
 * counts, so that later entries change no answer. But several aliases of one name are a bad answer, as they are for a
 * resolver.
 */
public final class SnapshotAnswers {
    private static final String CNAME = "CNAME";
    private static final int MAX_ALIASES = 8;

    private final Map<Question, SnapshotAnswer> own = new HashMap<>();
    private final Map<DomainName, Duration> absent = new HashMap<>();
    private final Set<Question> validated = new HashSet<>();

    private record Question(DomainName name, String type) {}

    SnapshotAnswers() {}

    /** The answers in these entries. */
    public static SnapshotAnswers of(Stream<SnapshotEntry> entries) {
        SnapshotAnswers answers = new SnapshotAnswers();
        Map<Question, List<SnapshotEntry.Resource>> sets = new HashMap<>();
        entries.forEach(entry -> {
            if (entry instanceof SnapshotEntry.Resource data) {
                answers.addResource(data, sets);
            } else {
                answers.add(entry);
            }
        });
        return answers;
    }

    /** Adds a record to the set of its name and type. */
    private void addResource(SnapshotEntry.Resource data, Map<Question, List<SnapshotEntry.Resource>> sets) {
        Question question = new Question(data.name(), data.type());
        List<SnapshotEntry.Resource> set = sets.get(question);
        if (set == null && own.containsKey(question)) {
            return;
        }
        List<SnapshotEntry.Resource> larger = new ArrayList<>(set == null ? List.of() : set);
        if (larger.stream().noneMatch(known -> known.words().equals(data.words()))) {
            larger.add(data);
        }
        sets.put(question, larger);
        addSet(larger);
    }

    /** Takes these records for all of their name and type. */
    void addSet(List<SnapshotEntry.Resource> set) {
        SnapshotEntry.Resource first = set.getFirst();
        own.put(new Question(first.name(), first.type()), new SnapshotAnswer.Found(set));
    }

    /** Adds an entry that is no record. */
    void add(SnapshotEntry entry) {
        switch (entry) {
            case SnapshotEntry.Resource data -> throw new IllegalArgumentException("a record belongs to a set");
            case SnapshotEntry.NoSuchName none -> absent.putIfAbsent(none.name(), none.ttl());
            case SnapshotEntry.NoData none ->
                own.putIfAbsent(new Question(none.name(), none.type()), new SnapshotAnswer.NoData(none.ttl()));
            case SnapshotEntry.Failed failed ->
                own.putIfAbsent(
                        new Question(failed.name(), failed.type()),
                        new SnapshotAnswer.Failed(failed.failure(), failed.ttl(), failed.detail()));
            case SnapshotEntry.Validated secure -> validated.add(new Question(secure.name(), secure.type()));
        }
    }

    /** Whether the answer to this query was validated. */
    public boolean isValidated(DomainName name, String type) {
        return validated.contains(new Question(name, type));
    }

    /**
     * The answer to a query, with the aliases on the way to it.
     *
     * @param type in capitals
     */
    public Resolved answer(DomainName name, String type) {
        SequencedSet<DomainName> followed = new LinkedHashSet<>();
        DomainName at = name;
        while (true) {
            SnapshotAnswer found = own.get(new Question(at, type));
            if (found != null) {
                return new Resolved(found, List.copyOf(followed));
            }
            if (!(own.get(new Question(at, CNAME)) instanceof SnapshotAnswer.Found(List<SnapshotEntry.Resource> set))) {
                Duration ttl = absent.get(at);
                return new Resolved(
                        ttl == null ? new SnapshotAnswer.Unknown() : new SnapshotAnswer.NoSuchName(ttl),
                        List.copyOf(followed));
            }
            SnapshotEntry.Resource alias = set.getFirst();
            DomainName target = target(alias);
            // RFC 1034 §3.6.2: a name has one alias. A resolver takes no answer with several.
            if (set.stream().anyMatch(each -> !target(each).equals(target))) {
                return bad(alias.ttl(), at + " has several aliases (CNAME)");
            }
            at = target;
            if (at.equals(name) || !followed.add(at) || followed.size() > MAX_ALIASES) {
                return bad(alias.ttl(), "the aliases of " + name + " do not end");
            }
        }
    }

    private static DomainName target(SnapshotEntry.Resource alias) {
        return DomainName.parseQueryName(alias.word(0)).orElse(alias.name());
    }

    private static Resolved bad(Duration ttl, String detail) {
        return new Resolved(new SnapshotAnswer.Failed(SnapshotFailure.BAD_ANSWER, ttl, detail), List.of());
    }

    /**
     * An answer.
     *
     * @param aliases the targets of the aliases that were followed, in order
     */
    public record Resolved(SnapshotAnswer answer, List<DomainName> aliases) {}
}
