package org.countersign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.countersign.authres.AuthservIds;
import org.countersign.message.HeaderField;
import org.countersign.message.HeaderSection;
import org.countersign.syntax.Ascii;

/**
 * Takes the header fields of a message in, within limits, and notes which of them claim to be ours. Beyond
 * the limits fields are no longer kept, but forged ones are still found.
 */
final class HeaderIntake {
    // What has more forged fields than this is no mail; it could not be delivered safely either.
    private static final int MOST_REMOVALS = 10_000;

    private final MessageLimits limits;
    private final AuthservIds ownIds;
    private final List<HeaderField> fields = new ArrayList<>();
    private final List<HeaderEdit.Remove> removals = new ArrayList<>();
    private final Map<String, Integer> instances = new HashMap<>();
    private int octets;
    private boolean tooLarge;
    private boolean tooManyForged;

    /**
     * @param ownIds the names under which nobody but us gives results
     */
    HeaderIntake(MessageLimits limits, AuthservIds ownIds) {
        this.limits = limits;
        this.ownIds = ownIds;
    }

    void add(HeaderField field) {
        if (OwnHeaders.maySpeakForUs(field)) {
            guard(field);
        }
        octets = Math.min(Integer.MAX_VALUE - (1 << 24), octets) + field.size();
        if (fields.size() >= limits.headerFields() || octets > limits.headerOctets()) {
            tooLarge = true;
        } else {
            fields.add(field);
        }
    }

    private void guard(HeaderField field) {
        String name = field.name();
        // Mail servers count the fields of a name without regard to case.
        int instance = instances.merge(Ascii.lower(name), 1, Integer::sum);
        if (!OwnHeaders.isForged(field, ownIds)) {
            return;
        }
        if (removals.size() < MOST_REMOVALS) {
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

    /** The forged fields, in the order received. */
    List<HeaderEdit.Remove> removals() {
        return List.copyOf(removals);
    }
}
