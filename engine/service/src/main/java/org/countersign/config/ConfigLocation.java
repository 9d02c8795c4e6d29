package org.countersign.config;

import java.util.Optional;

/**
 * Where a setting stands.
 *
 * @param source the name of the file, as the host gave it
 * @param line counted from 1
 * @param column counted from 1
 * @param path the key with those above it, {@code dns.cache.max-ttl} or {@code signing.keys[0].selector};
 *     empty for the document as a whole
 */
public record ConfigLocation(String source, int line, int column, String path) {
    /** Something wrong here. */
    public ConfigProblem problem(String message) {
        return new ConfigProblem(this, message, Optional.empty());
    }

    /** Something wrong here, and what would mend it. */
    public ConfigProblem problem(String message, String suggestion) {
        return new ConfigProblem(this, message, Optional.of(suggestion));
    }

    /** {@code mx.yaml:7: inbound.skip-networks}, or without the path where there is none. */
    @Override
    public String toString() {
        String place = source + ":" + line;
        return path.isEmpty() ? place : place + ": " + path;
    }
}
