package org.countersign.dkim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.message.HeaderField;
import org.countersign.message.HeaderSection;

/** The header fields of a message by name, so that a long {@code h=} tag costs no more than its length. */
public final class HeaderIndex {
    private static final int NONE = -1;

    private final List<HeaderField> fields;
    private final Map<String, Named> byName;
    /** For each field which is the next one above it of the same name. */
    private final int[] above;

    /** Which of the names it is, from 0, how many fields have it, and which of all is the lowest. */
    private static final class Named {
        private final int number;
        private int count;
        private int lowest = NONE;

        Named(int number) {
            this.number = number;
        }
    }

    public HeaderIndex(HeaderSection headers) {
        fields = headers.fields();
        byName = HashMap.newHashMap(fields.size());
        above = new int[fields.size()];
        for (int i = 0; i < above.length; i++) {
            Named first = new Named(byName.size());
            Named before = byName.putIfAbsent(fields.get(i).lowerName(), first);
            Named named = before == null ? first : before;
            above[i] = named.lowest;
            named.lowest = i;
            named.count++;
        }
    }

    /**
     * How many fields have the name.
     *
     * @param name in lower case
     */
    public int count(String name) {
        Named named = byName.get(name);
        return named == null ? 0 : named.count;
    }

    /** The field of this name, in lower case, where there is exactly one. */
    Optional<HeaderField> only(String name) {
        Named named = byName.get(name);
        return named == null || named.count != 1 ? Optional.empty() : Optional.of(fields.get(named.lowest));
    }

    /**
     * The fields that an {@code h=} tag means (RFC 6376 §5.4.2): each mention of a name is the next field
     * of that name from the bottom; a mention beyond the last is nothing.
     *
     * @param names in lower case
     * @param signature the signature that is verified, which is never among them (RFC 6376 §3.7)
     */
    public List<HeaderField> select(List<String> names, HeaderField signature) {
        return select(names, Optional.of(signature));
    }

    /** Likewise for a signature that is not there yet. */
    public List<HeaderField> select(List<String> names) {
        return select(names, Optional.empty());
    }

    private List<HeaderField> select(List<String> names, Optional<HeaderField> signature) {
        List<HeaderField> selected = new ArrayList<>(Math.min(names.size(), fields.size()));
        // For each name, from 1, the field below the next one.
        int[] passed = new int[byName.size()];
        for (String name : names) {
            Named named = byName.get(name);
            if (named == null) {
                continue;
            }
            int at = next(named, passed);
            if (at != NONE && isSame(fields.get(at), signature)) {
                at = next(named, passed);
            }
            if (at != NONE) {
                selected.add(fields.get(at));
            }
        }
        return selected;
    }

    /** The next field of this name from the bottom; {@link #NONE} behind the last. */
    private int next(Named named, int[] passed) {
        int last = passed[named.number];
        int at = last == 0 ? named.lowest : last == NONE ? NONE : above[last - 1];
        passed[named.number] = at == NONE ? NONE : at + 1;
        return at;
    }

    @SuppressWarnings("ReferenceEquality") // an equal field is another signature
    private static boolean isSame(HeaderField field, Optional<HeaderField> signature) {
        return signature.isPresent() && field == signature.get();
    }
}
