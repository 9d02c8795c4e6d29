package org.countersign.config;

import java.util.Optional;
import org.countersign.smtp.MemoryBudget;

/**
 * The section {@code limits}.
 *
 * @param messageMemory {@code message-memory}: how much memory all messages under way may take together; empty for a
 *     quarter of the heap
 */
public record LimitsConfiguration(Optional<Long> messageMemory) {
    static final LimitsConfiguration DEFAULT = new LimitsConfiguration(Optional.empty());

    // Below it a few messages would fill it; no heap is larger.
    private static final ValueType<Long> MESSAGE_MEMORY = ValueType.size(4L << 20, 64L << 30);

    static LimitsConfiguration read(ConfigSection section) {
        return new LimitsConfiguration(section.optional("message-memory", MESSAGE_MEMORY));
    }

    /** The budget that these settings ask for. */
    public MemoryBudget memory() {
        return messageMemory.map(MemoryBudget::new).orElseGet(MemoryBudget::ofHeap);
    }

    /** Gives a budget that messages under way have shares of the limit that these settings ask for. */
    public MemoryBudget applyTo(MemoryBudget inUse) {
        inUse.setLimit(memory().limit());
        return inUse;
    }
}
