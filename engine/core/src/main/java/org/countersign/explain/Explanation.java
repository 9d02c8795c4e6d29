package org.countersign.explain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import org.countersign.syntax.Keyword;

/**
 * A tree of named values that explains an outcome. It is written as {@linkplain ExplanationJson JSON} for
 * programs, and as {@linkplain ExplanationText text} for people.
 */
public sealed interface Explanation {
    /** A text. Text of a sender is not escaped here: the writers escape it. */
    record Text(String text) implements Explanation {}

    /** A whole number: a count, an instance, a size in octets or bits. */
    record Count(long number) implements Explanation {}

    /** Yes or no. */
    record Flag(boolean value) implements Explanation {}

    /** A list, in the order shown. */
    record Items(List<Explanation> items) implements Explanation {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** Named members in the order shown. A member that is unknown or absent is omitted. */
    final class Group implements Explanation {
        private final SequencedMap<String, Explanation> members = new LinkedHashMap<>();

        /** The members by name; a view that cannot be modified. */
        public SequencedMap<String, Explanation> members() {
            return Collections.unmodifiableSequencedMap(members);
        }

        /** Adds a member, or replaces the one with the same name. Returns this group, as all methods that add do. */
        public Group put(String key, Explanation value) {
            members.put(key, value);
            return this;
        }

        /** Adds the text of a value. */
        public Group text(String key, Object value) {
            return put(key, new Text(value.toString()));
        }

        /** Adds the text of a value, if there is one. */
        Group text(String key, Optional<?> value) {
            value.ifPresent(present -> text(key, present));
            return this;
        }

        /** Adds the keyword of a constant. */
        public Group word(String key, Enum<?> value) {
            return text(key, Keyword.of(value));
        }

        /** Adds a whole number. */
        public Group count(String key, long number) {
            return put(key, new Count(number));
        }

        /** Adds yes or no. */
        public Group flag(String key, boolean value) {
            return put(key, new Flag(value));
        }

        /** Adds a list with the explanation of each value. */
        public <T> Group list(String key, Iterable<T> values, Function<T, Explanation> each) {
            List<Explanation> items = new ArrayList<>();
            values.forEach(value -> items.add(each.apply(value)));
            return put(key, new Items(items));
        }

        /** Adds a list with the text of each value. */
        public Group texts(String key, Iterable<?> values) {
            return list(key, values, value -> new Text(value.toString()));
        }

        /** Adds the explanation of a value, if there is one. */
        <T> Group group(String key, Optional<T> value, Function<T, Explanation> explanation) {
            value.ifPresent(present -> put(key, explanation.apply(present)));
            return this;
        }

        /** Equal to a group with equal members in any order. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Group that && members.equals(that.members);
        }

        @Override
        public int hashCode() {
            return members.hashCode();
        }

        /** A copy that omits some members. */
        Group without(String... keys) {
            List<String> omitted = List.of(keys);
            Group rest = new Group();
            for (Map.Entry<String, Explanation> member : members.entrySet()) {
                if (!omitted.contains(member.getKey())) {
                    rest.put(member.getKey(), member.getValue());
                }
            }
            return rest;
        }
    }
}
