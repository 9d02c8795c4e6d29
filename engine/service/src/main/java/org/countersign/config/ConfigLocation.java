package org.countersign.config;

import java.util.Optional;

/**
 * The location of a setting in a file.
 *
 * @param source the name of the file, as the caller gave it
 * @param line counted from 1
 * @param column counted from 1
 * @param path the key with those above it, {@code dns.cache.max-ttl} or {@code signing.keys[0].selector};
 *     empty for the document as a whole
 */
public record ConfigLocation(String source, int line, int column, String path) {
    /** A problem at this location. */
    public ConfigProblem problem(String message) {
        return new ConfigProblem(this, message, Optional.empty());
    }

    /**
     * A problem at this location.
     *
     * @param suggestion how to correct it, as a clause
     */
    public ConfigProblem problem(String message, String suggestion) {
        return new ConfigProblem(this, message, Optional.of(suggestion));
    }

    /** {@code mx.yaml:7: inbound.skip-networks}, or without the path for the document as a whole. */
    @Override
    public String toString() {
        String location = source + ":" + line;
        return path.isEmpty() ? location : location + ": " + path;
    }
}
