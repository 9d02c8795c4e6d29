package org.countersign.signature;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.message.HeaderSection;
import org.countersign.smtp.HeaderField;

/** The header fields of a message by name. Makes the cost of an {@code h=} tag proportional to its length. */
public final class HeaderIndex {
    private static final int NONE = -1;
    // Random, so that no sender can choose names that share a slot.
    private static final int SEED = new SecureRandom().nextInt();

    private final List<HeaderField> fields;

    // A hash table in arrays. With two thousand different names, a HashMap would need as much memory as the rest of the
    // message.
    /** By hash, with linear probing: the number of a name, counted from 1; 0 in a free slot. */
    private final int[] slots;

    // The index of these arrays is the number of the name, counted from 0.
    private final int[] hashes;
    private final int[] counts;
    private final int[] lowest;
    private int names;

    /** For each field the index of the next field above it with the same name. */
    private final int[] above;

    public HeaderIndex(HeaderSection headers) {
        fields = headers.fields();
        int size = fields.size();
        slots = new int[Integer.highestOneBit(Math.max(size, 1)) << 2];
        hashes = new int[size];
        counts = new int[size];
        lowest = new int[size];
        above = new int[size];
        for (int i = 0; i < size; i++) {
            int number = numberOf(i);
            above[i] = counts[number] == 0 ? NONE : lowest[number];
            lowest[number] = i;
            counts[number]++;
        }
    }

    /** The number of a field's name; a new number for the first field with that name. */
    private int numberOf(int index) {
        HeaderField field = fields.get(index);
        int hash = field.nameHash(SEED);
        int slot = hash & slots.length - 1;
        while (slots[slot] != 0) {
            int number = slots[slot] - 1;
            if (hashes[number] == hash && fields.get(lowest[number]).hasSameName(field)) {
                return number;
            }
            slot = slot + 1 & slots.length - 1;
        }
        hashes[names] = hash;
        slots[slot] = ++names;
        return names - 1;
    }

    /** The number of a name; {@link #NONE} if no field has it. */
    private int numberOf(String name) {
        int hash = HeaderField.nameHash(name, SEED);
        int slot = hash & slots.length - 1;
        while (slots[slot] != 0) {
            int number = slots[slot] - 1;
            if (hashes[number] == hash && fields.get(lowest[number]).hasLowerName(name)) {
                return number;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return NONE;
    }

    /**
     * The number of fields with this name.
     *
     * @param name in lower case
     */
    public int count(String name) {
        int number = numberOf(name);
        return number == NONE ? 0 : counts[number];
    }

    /** The field with this name, in lower case; empty unless there is exactly one. */
    public Optional<HeaderField> only(String name) {
        int number = numberOf(name);
        return number == NONE || counts[number] != 1 ? Optional.empty() : Optional.of(fields.get(lowest[number]));
    }

    /**
     * Selects the fields that an {@code h=} tag names (RFC 6376 §5.4.2). Each occurrence of a name selects the next field
     * with that name, from the bottom; further occurrences select nothing.
     *
     * @param names in lower case
     * @param signature the field that holds the signature, which is never selected (RFC 6376 §3.7)
     */
    public List<HeaderField> select(List<String> names, HeaderField signature) {
        return select(names, Optional.of(signature));
    }

    /** Selects the fields for a new signature, which is not in the header section yet. */
    List<HeaderField> select(List<String> names) {
        return select(names, Optional.empty());
    }

    private List<HeaderField> select(List<String> names, Optional<HeaderField> signature) {
        List<HeaderField> selected = new ArrayList<>(Math.min(names.size(), fields.size()));
        // For each name 0, or 1 more than the index of the last field selected, or NONE after the last field.
        int[] lastSelected = new int[this.names];
        for (String name : names) {
            int number = numberOf(name);
            if (number == NONE) {
                continue;
            }
            int at = next(number, lastSelected);
            if (at != NONE && isSame(fields.get(at), signature)) {
                at = next(number, lastSelected);
            }
            if (at != NONE) {
                selected.add(fields.get(at));
            }
        }
        return selected;
    }

    /** The next field with this name, from the bottom; {@link #NONE} after the last. */
    private int next(int number, int[] lastSelected) {
        int last = lastSelected[number];
        int at = last == 0 ? lowest[number] : last == NONE ? NONE : above[last - 1];
        lastSelected[number] = at == NONE ? NONE : at + 1;
        return at;
    }

    @SuppressWarnings("ReferenceEquality") // An equal field is a different signature.
    private static boolean isSame(HeaderField field, Optional<HeaderField> signature) {
        return signature.isPresent() && field == signature.get();
    }
}
