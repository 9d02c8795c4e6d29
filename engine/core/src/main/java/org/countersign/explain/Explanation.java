package org.countersign.explain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import org.countersign.syntax.Ascii;

/** What is shown of an outcome, as a tree: the same for programs and for people, who get it in different forms. */
public sealed interface Explanation {
    /** A text; where it came from outside it is as it came, so whoever writes it escapes it. */
    record Text(String text) implements Explanation {}

    record Count(long number) implements Explanation {}

    record Flag(boolean value) implements Explanation {}

    record Items(List<Explanation> items) implements Explanation {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** Named parts in the order in which they are shown. What is not known is left out. */
    final class Group implements Explanation {
        private final SequencedMap<String, Explanation> members = new LinkedHashMap<>();

        SequencedMap<String, Explanation> members() {
            return Collections.unmodifiableSequencedMap(members);
        }

        public Group put(String key, Explanation value) {
            members.put(key, value);
            return this;
        }

        public Group text(String key, Object value) {
            return put(key, new Text(value.toString()));
        }

        /** Left out where there is none. */
        public Group text(String key, Optional<?> value) {
            value.ifPresent(present -> text(key, present));
            return this;
        }

        public Group word(String key, Enum<?> value) {
            return text(key, Explanation.word(value));
        }

        Group count(String key, long number) {
            return put(key, new Count(number));
        }

        Group flag(String key, boolean value) {
            return put(key, new Flag(value));
        }

        <T> Group list(String key, Iterable<T> values, Function<T, Explanation> each) {
            List<Explanation> items = new ArrayList<>();
            values.forEach(value -> items.add(each.apply(value)));
            return put(key, new Items(items));
        }

        Group texts(String key, Iterable<?> values) {
            return list(key, values, value -> new Text(value.toString()));
        }

        /** Left out where there is none. */
        <T> Group group(String key, Optional<T> value, Function<T, Explanation> tree) {
            value.ifPresent(present -> put(key, tree.apply(present)));
            return this;
        }

        /** The same without some of the parts. */
        Group without(String... keys) {
            Group rest = new Group();
            for (Map.Entry<String, Explanation> member : members.entrySet()) {
                if (!List.of(keys).contains(member.getKey())) {
                    rest.put(member.getKey(), member.getValue());
                }
            }
            return rest;
        }
    }

    /** A constant as it is written everywhere: lower case, with hyphens. */
    public static String word(Enum<?> constant) {
        return Ascii.lower(constant.name()).replace('_', '-');
    }
}
