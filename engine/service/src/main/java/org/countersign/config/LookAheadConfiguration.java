package org.countersign.config;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.countersign.message.TransportHazard;

/**
 * The section {@code signing.look-ahead}.
 *
 * @param eightBitMime {@code downstream-8bitmime}: whether the next mail servers take 8-bit bodies
 * @param refuse {@code refuse}: with which hazards a message is refused
 */
public record LookAheadConfiguration(boolean eightBitMime, List<TransportHazard> refuse) {
    static final LookAheadConfiguration DEFAULT = new LookAheadConfiguration(true, List.of());

    private static final ValueType<TransportHazard> HAZARD = ValueType.of(
            "one of "
                    + Stream.of(TransportHazard.values())
                            .map(TransportHazard::keyword)
                            .collect(Collectors.joining(", ")),
            text -> Stream.of(TransportHazard.values())
                    .filter(hazard -> hazard.keyword().equals(text))
                    .findFirst());

    public LookAheadConfiguration {
        refuse = List.copyOf(refuse);
    }

    static LookAheadConfiguration read(ConfigSection section) {
        return new LookAheadConfiguration(
                section.value("downstream-8bitmime", ValueType.BOOLEAN, DEFAULT.eightBitMime),
                section.list("refuse", HAZARD, DEFAULT.refuse));
    }
}
