package org.countersign.simulate;

import org.countersign.policy.Action;

/**
 * A change of the verdict from one policy to the other.
 *
 * @param from the verdict of the first policy
 * @param to the verdict of the second policy
 */
public record Change(Action from, Action to) implements Comparable<Change> {
    @Override
    public int compareTo(Change other) {
        int first = from.compareTo(other.from);
        return first != 0 ? first : to.compareTo(other.to);
    }
}
