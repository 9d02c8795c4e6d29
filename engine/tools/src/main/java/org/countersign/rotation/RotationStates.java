package org.countersign.rotation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.countersign.domain.DomainName;

/**
 * The states of all keys. Immutable.
 *
 * @param keys in the order in which they were generated
 * @param slots the slots of domains whose owners set aliases once
 * @param forgotten names of key records that must not be used again
 */
public record RotationStates(List<RotatedKey> keys, List<Slots> slots, List<DomainName> forgotten) {
    static final RotationStates NONE = new RotationStates(List.of(), List.of(), List.of());

    public RotationStates {
        keys = List.copyOf(keys);
        slots = List.copyOf(slots);
        forgotten = List.copyOf(forgotten);
    }

    /**
     * The selectors of a domain, whose names are aliases that its owner set once.
     *
     * @param selectors at least two
     * @param target where each alias leads, with the placeholders {@code {slot}} and {@code {domain-with-dashes}}
     */
    public record Slots(DomainName domain, List<String> selectors, String target) {
        public Slots {
            selectors = List.copyOf(selectors);
        }

        /** Where the alias of a slot leads; empty if the target makes no domain name. */
        public Optional<DomainName> target(String slot) {
            String dashes = domain.toString().replace('.', '-');
            return DomainName.parseQueryName(target.replace("{slot}", slot).replace("{domain-with-dashes}", dashes));
        }
    }

    /** The keys of a domain. */
    public List<RotatedKey> of(DomainName domain) {
        return keys.stream().filter(key -> key.domain().equals(domain)).toList();
    }

    /** The newest key with this selector. */
    public Optional<RotatedKey> find(DomainName domain, String selector) {
        return keys.stream().filter(key -> key.is(domain, selector)).reduce((older, newer) -> newer);
    }

    public Optional<Slots> slotsOf(DomainName domain) {
        return slots.stream().filter(each -> each.domain().equals(domain)).findFirst();
    }

    RotationStates with(RotatedKey added) {
        List<RotatedKey> more = new ArrayList<>(keys);
        more.add(added);
        return new RotationStates(more, slots, forgotten);
    }

    /** Puts a key in the place of an earlier state of it. */
    RotationStates replace(RotatedKey before, RotatedKey after) {
        return new RotationStates(
                keys.stream().map(key -> key.equals(before) ? after : key).toList(), slots, forgotten);
    }

    RotationStates with(Slots added) {
        List<Slots> more = new ArrayList<>(slots);
        more.removeIf(each -> each.domain().equals(added.domain()));
        more.add(added);
        return new RotationStates(keys, more, forgotten);
    }

    RotationStates without(Predicate<RotatedKey> which) {
        List<DomainName> names = new ArrayList<>(forgotten);
        keys.stream()
                .filter(which)
                .map(RotatedKey::name)
                .filter(name -> !names.contains(name))
                .forEach(names::add);
        return new RotationStates(keys.stream().filter(which.negate()).toList(), slots, names);
    }
}
