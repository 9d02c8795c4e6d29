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
    private final Map<String, Named> byName;

    /** The fields of one name, top first, and which of the names it is, from 0. */
    private record Named(int number, List<HeaderField> fields) {}

    public HeaderIndex(HeaderSection headers) {
        byName = HashMap.newHashMap(headers.fields().size());
        for (HeaderField field : headers.fields()) {
            byName.computeIfAbsent(field.lowerName(), unused -> new Named(byName.size(), new ArrayList<>(1)))
                    .fields()
                    .add(field);
        }
    }

    private List<HeaderField> named(String name) {
        Named named = byName.get(name);
        return named == null ? List.of() : named.fields();
    }

    /**
     * How many fields have the name.
     *
     * @param name in lower case
     */
    public int count(String name) {
        return named(name).size();
    }

    /** The field of this name, in lower case, where there is exactly one. */
    Optional<HeaderField> only(String name) {
        List<HeaderField> fields = named(name);
        return fields.size() == 1 ? Optional.of(fields.get(0)) : Optional.empty();
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
        List<HeaderField> selected = new ArrayList<>(Math.min(names.size(), 32));
        // How many fields of each name have been passed.
        int[] passed = new int[byName.size()];
        for (String name : names) {
            Named named = byName.get(name);
            if (named == null) {
                continue;
            }
            int at = named.fields().size() - 1 - passed[named.number()];
            if (at >= 0 && isSame(named.fields().get(at), signature)) {
                at--;
                passed[named.number()]++;
            }
            if (at >= 0) {
                selected.add(named.fields().get(at));
                passed[named.number()]++;
            }
        }
        return selected;
    }

    @SuppressWarnings("ReferenceEquality") // an equal field is another signature
    private static boolean isSame(HeaderField field, Optional<HeaderField> signature) {
        return signature.isPresent() && field == signature.get();
    }
}
