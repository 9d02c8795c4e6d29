package org.countersign.config;

/**
 * A setting of the policy file as it is declared, with its value in one file.
 *
 * @param path the key with those above it, such as {@code dns.cache.max-ttl}
 * @param values the values that are allowed, in words
 * @param byDefault the value without the key, as the file would write it, or in words where there is none
 * @param value the value in force, written likewise
 * @param meaning what the setting does, as one or two sentences
 */
public record Setting(String path, String values, String byDefault, String value, String meaning) {
    /** Whether the file changes the setting. */
    public boolean isChanged() {
        return !value.equals(byDefault);
    }
}
