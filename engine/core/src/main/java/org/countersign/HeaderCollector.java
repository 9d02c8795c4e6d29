package org.countersign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.message.HeaderSection;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.StrayOctet;
import org.countersign.syntax.Ascii;

/**
 * Takes the header fields of a message in, within limits, and notes which of them claim to be ours. Beyond
 * the limits fields are no longer kept, but forged ones and stray octets are still found.
 */
final class HeaderCollector {
    // What has more forged fields than this is no mail; it could not be delivered safely either.
    private static final int MAX_REMOVALS = 10_000;

    private final MessageLimits limits;
    private final LocalHeaders own;
    private final List<HeaderField> fields = new ArrayList<>();
    private final List<HeaderEdit.Remove> removals = new ArrayList<>();
    private final Map<String, Integer> instances = new HashMap<>();
    // How many of the kept fields have each name; counted only once a field hides another one.
    private final Map<String, Integer> instancesOfAll = new HashMap<>();
    private int countedFields;
    private int octets;
    private boolean tooLarge;
    private boolean tooManyForged;
    private Optional<StrayOctet> strayOctet = Optional.empty();

    /**
     * @param own which fields nobody but us may write
     */
    HeaderCollector(MessageLimits limits, LocalHeaders own) {
        this.limits = limits;
        this.own = own;
    }

    void add(HeaderField field) {
        octets = Math.min(Integer.MAX_VALUE - (1 << 24), octets) + field.size();
        if (fields.size() >= limits.headerFields() || octets > limits.headerOctets()) {
            tooLarge = true;
        } else {
            fields.add(field);
        }
        boolean forged = own.maySpeakForUs(field) && guard(field);
        Optional<StrayOctet> stray = StrayOctet.in(field);
        if (stray.isPresent()) {
            strayOctet = strayOctet.or(() -> stray);
            if (!forged && own.mayHideOurs(field)) {
                removeWhole(field);
            }
        }
    }

    /** Whether the field is forged. */
    private boolean guard(HeaderField field) {
        String name = field.name();
        // Mail servers count the fields of a name without regard to case.
        int instance = instances.merge(Ascii.lower(name), 1, Integer::sum);
        boolean forged = own.isForged(field);
        if (forged) {
            remove(name, instance);
        }
        return forged;
    }

    /** Removes a whole field that hides one in our name: no part of a field can be removed. */
    private void removeWhole(HeaderField field) {
        if (tooLarge) {
            // Which one of its name it is cannot be told, since not all fields have been kept.
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

    HeaderSection section() {
        return new HeaderSection(fields);
    }

    /** Whether fields were dropped, so that nothing may be concluded from {@link #section()}. */
    boolean isTooLarge() {
        return tooLarge;
    }

    /** Whether there are more forged fields than {@link #removals()} lists. */
    boolean hasTooManyForged() {
        return tooManyForged;
    }

    /** The first octet at which some programs end a line, be it beyond the limits. */
    Optional<StrayOctet> strayOctet() {
        return strayOctet;
    }

    /** The forged fields, in the order received. */
    List<HeaderEdit.Remove> removals() {
        return List.copyOf(removals);
    }
}
