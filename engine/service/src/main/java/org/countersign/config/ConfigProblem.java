package org.countersign.config;

import java.util.Optional;

/**
 * One problem of a policy file.
 *
 * @param message what is wrong, without the location
 * @param suggestion how to correct it, as a clause
 */
public record ConfigProblem(ConfigLocation location, String message, Optional<String> suggestion) {
    /** On one line: {@code mx.yaml:7: inbound.skip-network: unknown key; did you mean skip-networks?} */
    @Override
    public String toString() {
        return location + ": " + message
                + suggestion.map(clause -> "; " + clause).orElse("");
    }
}
