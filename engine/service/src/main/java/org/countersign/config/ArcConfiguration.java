package org.countersign.config;

import java.util.Optional;

/**
 * The section {@code arc}.
 *
 * @param seal {@code seal}: the key that seals mail which is judged and delivered; empty: mail is not sealed
 */
public record ArcConfiguration(Optional<KeyReference> seal) {
    static final ArcConfiguration DEFAULT = new ArcConfiguration(Optional.empty());

    static ArcConfiguration read(ConfigSection section) {
        return new ArcConfiguration(section.optionalSection("seal").flatMap(KeyReference::read));
    }
}
