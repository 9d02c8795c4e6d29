package org.countersign.inbound;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.MessageLimits;
import org.countersign.message.HeaderSection;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.StrayOctet;
import org.countersign.syntax.Ascii;

/**
 * Collects the header fields of a message up to the limits, and finds the forged ones. Beyond the limits fields are no
 * longer kept, but forged ones and stray octets are still found.
 */
public final class HeaderCollector {
    // No genuine message has more forged fields, and such a message could not be delivered safely.
    private static final int MAX_REMOVALS = 10_000;

    private final MessageLimits limits;
    private final LocalHeaders local;
    private final List<HeaderField> fields = new ArrayList<>();
    private final List<HeaderEdit.Remove> removals = new ArrayList<>();
    private final Map<String, Integer> instances = new HashMap<>();
    // How many of the kept fields have each name. Counted only after a field that hides another one.
    private final Map<String, Integer> instancesOfAll = new HashMap<>();
    private int countedFields;
    private int octets;
    private boolean tooLarge;
    private boolean tooManyForged;
    private Optional<StrayOctet> strayOctet = Optional.empty();

    /**
     * @param local the fields that only this system may write
     */
    public HeaderCollector(MessageLimits limits, LocalHeaders local) {
        this.limits = limits;
        this.local = local;
    }

    /** Adds the next field of the message. */
    public void add(HeaderField field) {
        octets = Math.min(Integer.MAX_VALUE - (1 << 24), octets) + field.size();
        if (fields.size() >= limits.headerFields() || octets > limits.headerOctets()) {
            tooLarge = true;
        } else {
            fields.add(field);
        }
        boolean forged = local.isCandidate(field) && removeIfForged(field);
        Optional<StrayOctet> stray = StrayOctet.in(field);
        if (stray.isPresent()) {
            strayOctet = strayOctet.or(() -> stray);
            if (!forged && local.mayHideLocalField(field)) {
                removeWhole(field);
            }
        }
    }

    /** Returns whether the field is forged. */
    private boolean removeIfForged(HeaderField field) {
        String name = field.name();
        // Mail servers count the fields of a name without regard to case.
        int instance = instances.merge(Ascii.lower(name), 1, Integer::sum);
        boolean forged = local.mustBeRemoved(field);
        if (forged) {
            remove(name, instance);
        }
        return forged;
    }

    /** Removes a field that hides a local one. A part of a field cannot be removed. */
    private void removeWhole(HeaderField field) {
        if (tooLarge) {
            // Its instance number is unknown, since not all fields have been kept.
            tooManyForged = true;
            return;
        }
        for (; countedFields < fields.size(); countedFields++) {
            instancesOfAll.merge(fields.get(countedFields).lowerName(), 1, Integer::sum);
        }
        remove(field.name(), instancesOfAll.getOrDefault(field.lowerName(), 1));
    }

    private void remove(String name, int instance) {
        if (removals.size() < MAX_REMOVALS) {
            removals.add(new HeaderEdit.Remove(name, instance));
        } else {
            tooManyForged = true;
        }
    }

    /** The fields that were kept. */
    public HeaderSection section() {
        return new HeaderSection(fields);
    }

    /** Whether fields were dropped, so that {@link #section()} is incomplete. */
    public boolean isTooLarge() {
        return tooLarge;
    }

    /** Whether there are more forged fields than {@link #removals()} lists. */
    boolean hasTooManyForged() {
        return tooManyForged;
    }

    /** The first octet at which some programs end a line, also beyond the limits. */
    public Optional<StrayOctet> strayOctet() {
        return strayOctet;
    }

    /** The forged fields, in the order received. */
    public List<HeaderEdit.Remove> removals() {
        return List.copyOf(removals);
    }
}
